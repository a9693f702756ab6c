"""What is in an image: C library, shell, certificates, time zones, temporary folder."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshooter.evidence.image.archive import Image
from troubleshooter.evidence.image.names import SOURCE, yes_no
from troubleshooter.evidence.image.tree import Tree
from troubleshooter.evidence.image.user import User, may
from troubleshooter.model import Fact

_CERT_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_CERT_DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs")
_ZONE_DIRECTORIES = ("/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo")
_ZONE_ARCHIVE = "/usr/local/go/lib/time/zoneinfo.zip"


def content_facts(image: Image, user: User) -> Iterator[Fact]:
    """What a Go program may look for and does or does not find."""
    files = image.files
    libc = _libc(files)
    shell = files.get("/bin/sh")
    has_shell = shell is not None and shell.type == "file" and bool(shell.mode & 0o111)
    tmp = files.get(image.config.variable("TMPDIR") or "/tmp")
    yield Fact("final.libc", libc, SOURCE)
    yield Fact("final.family", _family(files, libc, has_shell), SOURCE)
    yield yes_no("final.shell", has_shell)
    yield yes_no("final.ca", _has_certificates(image))
    yield yes_no("final.tzdata", _has_time_zones(image))
    yield yes_no("final.tmp", tmp is not None and tmp.type == "dir")
    if tmp is not None and tmp.type == "dir":
        yield yes_no("final.tmp-writable", may(user, tmp, 2) and may(user, tmp, 1))
    yield yes_no("final.nsswitch", files.get("/etc/nsswitch.conf") is not None)


def _libc(files: Tree) -> str:
    names = {name for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64") for name in files.children(folder)}
    triplets = {name for name in names if name.endswith(("-linux-gnu", "-linux-gnueabihf", "-linux-gnuabi64"))}
    names |= {name for triplet in triplets for folder in ("/lib", "/usr/lib") for name in files.children(f"{folder}/{triplet}")}
    musl = any(name.startswith(("ld-musl-", "libc.musl-")) for name in names)
    glibc = "libc.so.6" in names
    if musl and glibc:
        return "musl" if _release(files).get("ID") == "alpine" else "glibc"
    return "musl" if musl else "glibc" if glibc else "none"


def _release(files: Tree) -> dict[str, str]:
    entry = files.get("/etc/os-release") or files.get("/usr/lib/os-release")
    text = entry.content.decode("utf-8", "replace") if entry else ""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def _family(files: Tree, libc: str, has_shell: bool) -> str:
    release = _release(files)
    if "distroless" in (release.get("PRETTY_NAME", "") + release.get("HOME_URL", "")).lower():
        return "distroless"
    if release.get("ID"):
        return release["ID"]
    if has_shell:
        return "busybox" if "busybox" in files.resolve("/bin/sh")[0] or files.get("/bin/busybox") else "unknown"
    return "scratch" if libc == "none" else "unknown"


def _has_certificates(image: Image) -> bool:
    """Whether Go's crypto/x509 finds roots, which stops at the first file and reads all directories."""
    files, config = image.files, image.config
    bundles = [config.variable("SSL_CERT_FILE")] if config.variable("SSL_CERT_FILE") else _CERT_FILES
    if any(entry.type == "file" and entry.size for path in bundles if (entry := files.get(path))):
        return True
    folders = config.variable("SSL_CERT_DIR").split(":") if config.variable("SSL_CERT_DIR") else _CERT_DIRECTORIES
    paths = (f"{folder}/{name}" for folder in folders for name in files.children(folder))
    return any(entry.type == "file" and entry.size for path in paths if (entry := files.get(path)))


def _has_time_zones(image: Image) -> bool:
    files = image.files
    archives = [path for path in (image.config.variable("ZONEINFO"), _ZONE_ARCHIVE) if path]
    if any(files.get(path) is not None for path in archives):
        return True
    return any(entry.type == "dir" for folder in _ZONE_DIRECTORIES for entry in files.children(folder).values())

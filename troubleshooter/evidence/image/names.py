"""Names of the facts that an image tells."""

from __future__ import annotations

from troubleshooter.model import Fact

FACTS = {
    "image.name": "the name and tag of the image",
    "image.arch": "GOARCH of the image's configuration",
    "image.os": "GOOS of the image's configuration",
    "image.loader": "yes or no: the loader that the program names is in the image, for its architecture",
    "image.loader-libc": "glibc or musl: whose loader answers to the name that the program asks for",
    "entry.command": "the words of ENTRYPOINT and CMD as the image has them; none if it has neither",
    "entry.form": "shell or exec: whether /bin/sh starts the command",
    "entry.path": "where the program or script of the entry point lies, symbolic links followed",
    "entry.kind": "what the entry point is: program, script, archive, directory, missing, text, empty, data",
    "entry.lookup": "path or search: whether the command is a path or is looked for in $PATH",
    "entry.elsewhere": "a file with the name of a missing entry point at another place (one fact for each)",
    "entry.executable": "yes or no: the user may execute the entry point (mode of the file and of its directories)",
    "entry.interpreter-present": "yes or no: the interpreter that the script names is in the image",
    "entry.arch-matches": "yes or no: the program's architecture is that of the image",
    "entry.damaged": "why the program's headers cannot be read",
    "missing.libs": "a shared library that the loader will not find (one fact for each; source: the file that needs it)",
    "missing.lib-elsewhere": "where a missing library lies all the same, but the loader does not look (one fact for each)",
    "missing.lib-broken-link": "a symbolic link with a missing library's name that leads nowhere (one fact for each)",
    "missing.versions": "a library and a symbol version that it does not define (libc.so.6 GLIBC_2.34; one fact for each)",
    "missing.glibc": "the highest GLIBC version that is needed and not provided",
    "final.glibc": "the highest GLIBC version that the image provides",
    "final.libc": "glibc, musl or none: the C library in the image",
    "final.family": "what the image is made from: scratch, alpine, distroless, debian, ubuntu, … (ID of os-release)",
    "final.shell": "yes or no: /bin/sh is in the image and can be executed",
    "final.ca": "yes or no: certificates lie where Go looks for them",
    "final.tzdata": "yes or no: time zones lie where Go looks for them",
    "final.passwd": "yes or no: /etc/passwd has an entry for the user",
    "final.group": "yes or no: /etc/group has an entry for the group that USER names",
    "final.tmp": "yes or no: the temporary directory exists",
    "final.tmp-writable": "yes or no: the user may create files in it",
    "final.nsswitch": "yes or no: /etc/nsswitch.conf is in the image",
    "user.numeric": "yes or no: the user is given as a number",
    "user": "root, or the name or number of the user that the image runs as",
}
MANY = frozenset({"entry.elsewhere", "missing.libs", "missing.lib-elsewhere", "missing.lib-broken-link", "missing.versions"})
SOURCE = "image"


def yes_no(name: str, value: bool, source: str = SOURCE) -> Fact:
    """A fact that is yes or no."""
    return Fact(name, "yes" if value else "no", source)

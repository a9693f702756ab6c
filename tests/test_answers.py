"""What a reply is taken for: words in both languages, and the pasted output of the commands that the questions suggest."""

from __future__ import annotations

import pytest

from troubleshooter.case import Case
from troubleshooter.dialogue.answers import heard
from troubleshooter.dialogue.outputs import read_output
from troubleshooter.dialogue.plain import question_about
from troubleshooter.dialogue.session import Session
from troubleshooter.evidence.scan import scan_text
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.load import load_knowledge

LOG = "exec /app: no such file or directory\n"
WORDS = {
    "final.libc": {"the distroless one": "none", "scrach": "none", "Alpine": "musl", "I think it is alpine 3.19": "musl", "2": "musl",
                   "golang:1.22-alpine": "musl", "red hat": "glibc", "the last one": "glibc", "no idea tbh": "unknown", "0": "unknown"},
    "build.libc": {"ubuntu laptop": "glibc", "golang:1.22": "glibc"},
    "cgo": {"off": "0", "CGO_ENABLED=0": "0", "1": "1"},
    "host.arch": {"aarch64": "arm64", "m1 mac": "arm64", "intel": "amd64", "linux/arm64": "arm64", "N  A\nnode1  amd64": "amd64"},
    "engine.version": {"20.10.7": "20.10.7"},
    "go.version": {"go 1.20.3": "1.20.3"},
    "file.there": {"yep it is": "yes", "nope": "no", "いいえ": "no"},
    "runner": {"k8s": "kubernetes", "docker compose": "compose"},
    "needs-cgo": {"nothing": "no", "yes, sqlite3": "yes"},
    "symptom.when": {"at the start": "start"},
    "symptom.about": {"x509": "certificate", "its about permisions": "permission"},
}  # fmt: skip
JAPANESE = {
    "final.libc": {"Alpineです": "musl", "分かりません": "unknown", "２": "musl"}, "symptom.when": {"コンテナの起動時": "start"},
    "file.there": {"はい": "yes"},
}  # fmt: skip
FILE = "./app: ELF 64-bit LSB executable, x86-64, version 1 (SYSV), dynamically linked, interpreter {}, Go BuildID=aa, not stripped\n"
LDD = "\tlinux-vdso.so.1 (0x7f05)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x7f05)\n\t/lib64/ld-linux-x86-64.so.2 (0x1)\n"
HISTORY = """\
IMAGE          CREATED          CREATED BY                                                        SIZE      COMMENT
0f2b3b6c9d9a   5 minutes ago    ENTRYPOINT ["/docker-entrypoint.sh"]                              0B        buildkit.dockerfile.v0
<missing>      5 minutes ago    COPY /src/app /app # buildkit                                     12.3MB    buildkit.dockerfile.v0
<missing>      5 minutes ago    RUN /bin/sh -c apk add --no-cache ca-certificates # buildkit      512kB     buildkit.dockerfile.v0
<missing>      2 months ago     CMD ["/bin/sh"]                                                   0B        buildkit.dockerfile.v0
<missing>      2 months ago     ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit           8.81MB    buildkit.dockerfile.v0
"""
SCRATCH = """\
ID             CREATED                 CREATED BY                                     SIZE        COMMENT
ecdbb251ea94   Less than a second ago  /bin/sh -c #(nop) USER 65532                   0 B         FROM 8360714afe51
<missing>      Less than a second ago  /bin/sh -c #(nop) ENTRYPOINT ["/app"]          0 B         FROM 31b2c8268180
<missing>      Less than a second ago  /bin/sh -c #(nop) COPY file:986b38c55fe in /app   1.93 MB
"""
INSPECT = """[{"Id": "sha256:f6", "Architecture": "arm64", "Os": "linux", "Config": {"User": "65532", "Entrypoint": ["/app"],
"Env": ["PATH=/bin"], "WorkingDir": "/srv"}, "Mounts": [{"Type": "bind", "Source": "/home/me", "Destination": "/srv"}],
"HostConfig": {"SecurityOpt": ["seccomp=unconfined"]}}]
"""
DOCKER = """\
Client:
 Version:           28.2.2
 Go version:        go1.23.1
 OS/Arch:           darwin/arm64

Server: Docker Engine - Community
 Engine:
  Version:          20.10.7
  Go version:       go1.13.15
  OS/Arch:          linux/amd64
"""
BUILDINFO = "app: go1.19.8\n\tpath\texample.com/app\n" + "".join(
    f"\tbuild\t{setting}\n" for setting in ("-compiler=gc", "CGO_ENABLED=1", "GOARCH=amd64", "GOOS=linux", "GOAMD64=v3")
)
OUTPUTS: list[tuple[str, str, dict[str, str]]] = [
    ("link", FILE.format("/lib64/ld-linux-x86-64.so.2"),
     {"link": "dynamic", "program.libc": "glibc", "binary.arch": "amd64", "file.there": "yes"}),
    ("link", FILE.format("/lib/ld-musl-x86_64.so.1"), {"link": "dynamic", "program.libc": "musl"}),
    ("program.libc", "app: ELF 64-bit LSB executable, ARM aarch64, statically linked\n",
     {"program.libc": "none", "link": "static", "binary.arch": "arm64"}),
    ("link", LDD, {"link": "dynamic", "program.libc": "glibc"}),
    ("link", "\tnot a dynamic executable\n", {"link": "static"}),
    ("link", "/lib/ld-musl-x86_64.so.1: ./app: Not a valid dynamic program\n", {"link": "static"}),
    ("link", "\t/lib/ld-musl-x86_64.so.1 (0x7f)\n\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f)\n",
     {"link": "dynamic", "program.libc": "musl"}),
    ("link", "Program Headers:\n  INTERP  0x0\n      [Requesting program interpreter: /lib64/ld-linux-x86-64.so.2]\n",
     {"program.libc": "glibc"}),
    ("link", "Program Headers:\n  LOAD    0x0\n  GNU_STACK 0x0\n", {"link": "static"}),
    ("final.libc", HISTORY, {"final.image": "alpine:3.20.3", "entry.kind": "script", "final.copies-ca": "yes"}),
    ("final.libc", SCRATCH, {"final.image": "scratch", "user": "65532", "user.numeric": "yes", "entry.path": "/app"}),
    ("final.libc", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n",
     {"final.libc": "glibc", "final.libc.version": "2.36"}),
    ("build.libc", "ID=alpine\nVERSION_ID=3.20.3\n", {"build.libc": "musl", "build.os": "alpine"}),
    ("build.libc", "1:FROM golang:1.22-bookworm AS build\n8:FROM alpine:3.20\n",
     {"build.image": "golang:1.22-bookworm", "final.image": "alpine:3.20"}),
    ("entry.kind", INSPECT, {"user": "65532", "entry.path": "/app", "final.arch": "arm64", "mount.path": "/srv", "seccomp.relaxed": "yes"}),
    ("entry.kind", '["/docker-entrypoint.sh"] ["serve"]\n', {"entry.kind": "script", "entry.path": "/docker-entrypoint.sh"}),
    ("engine.version", DOCKER, {"engine.version": "20.10.7", "host.arch": "amd64"}),
    ("host.arch", "x86_64\n", {"host.arch": "amd64"}),
    ("goamd64", BUILDINFO, {"cgo": "1", "go.version": "1.19.8", "target.os": "linux", "binary.arch": "amd64", "goamd64": "v3"}),
    ("cgo", "CGO_ENABLED='0'\nGOVERSION='go1.25.1'\nGOFLAGS='-mod=vendor'\n",
     {"cgo": "0", "go.version": "1.25.1", "goflags": "-mod=vendor"}),
    ("file.there", "ls: cannot access '/app': No such file or directory\n", {"file.there": "no"}),
    ("file.there", "-rwxr-xr-x 0/0         1930397 2026-11-25 00:02 app\n", {"file.there": "yes"}),
    ("entry.executable", "-rw-r--r-- 1 root root 412 Mar  3 10:12 start.sh\n",
     {"entry.executable": "no", "listed.not-executable": "start.sh"}),
    ("entry.executable", "100755 8a1b2c3d4e5f60718293a4b5c6d7e8f901234567 0\tentrypoint.sh\n", {"entry.executable": "yes"}),
    ("entry.shebang", "0000000 357 273 277   #   !   /   b   i   n   /   s   h\n", {"entry.shebang": "no"}),
    ("entry.newlines", "0000000   #   !   /   b   i   n   /   s   h  \\r  \\n\n", {"entry.newlines": "crlf", "entry.shebang": "yes"}),
    ("mount", "[]\n", {"mount": "no"}),
    ("needs-cgo", "github.com/mattn/go-sqlite3\n", {"needs-cgo": "yes"}),
    ("user.numeric", "12:USER nonroot:nonroot\n", {"user": "nonroot", "user.numeric": "no"}),
    ("final.ca", "ls: /etc/ssl/certs/ca-certificates.crt: No such file or directory\n", {"final.ca": "no"}),
    ("final.ca", "-rw-r--r-- 1 root root 219342 Mar  1 10:00 /etc/ssl/certs/ca-certificates.crt\n", {"final.ca": "yes"}),
    ("checkout.os", "i/lf    w/crlf  attr/                 \tentrypoint.sh\n", {"checkout.os": "windows", "entry.newlines": "crlf"}),
]  # fmt: skip


def session(knowledge: Knowledge, log: str = LOG) -> Session:
    return Session(knowledge, Case(scan_text(log, knowledge)))


def replies(table: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(fact, text, value) for fact, texts in table.items() for text, value in texts.items()]


def value_heard(fact: str, text: str, s: Session) -> str:
    question = question_about(fact, s)
    assert question is not None, fact
    after = heard(text, question, s).session.reading.facts.get(fact)
    return after.value if after is not None else ""


@pytest.mark.parametrize(("fact", "text", "value"), replies(WORDS))
def test_a_reply_in_words(knowledge: Knowledge, fact: str, text: str, value: str) -> None:
    assert value_heard(fact, text, session(knowledge)) == value


@pytest.mark.parametrize(("fact", "text", "value"), replies(JAPANESE))
def test_a_reply_in_japanese(japanese: Knowledge, fact: str, text: str, value: str) -> None:
    assert value_heard(fact, text, session(japanese)) == value


@pytest.fixture(scope="module")
def japanese() -> Knowledge:
    return load_knowledge([], None, "ja")


@pytest.mark.parametrize(("fact", "text"), [("host.arch", "raspberry pi"), ("final.libc", "static or base")])
def test_what_fits_several_answers_is_asked_back(knowledge: Knowledge, fact: str, text: str) -> None:
    question = question_about(fact, session(knowledge))
    assert question is not None
    found = heard(text, question, session(knowledge))
    assert found.kind == "several" and len(found.choices) == 2 and found.session == session(knowledge)


@pytest.mark.parametrize(("about", "text", "facts"), OUTPUTS)
def test_an_output_is_read_whole(knowledge: Knowledge, about: str, text: str, facts: dict[str, str]) -> None:
    found, messages = read_output(text, about, knowledge, scan_text)
    told = {f.name: f.value for f in reversed(found)}
    assert facts.items() <= told.items()
    assert not messages
    assert all(f.source == "answered" for f in found)
    question = question_about(about, session(knowledge))
    assert question is not None
    after = heard(text, question, session(knowledge)).session
    assert about in after.reading.facts or after.reading.facts.keys() >= facts.keys()


@pytest.mark.parametrize("text", ["bash: file: command not found", 'exec: "file": executable file not found in $PATH'])
def test_a_command_that_is_not_there_says_nothing_of_the_failure(knowledge: Knowledge, text: str) -> None:
    question = question_about("link", session(knowledge))
    assert question is not None
    found = heard(text, question, session(knowledge))
    assert found.kind == "no-program" and found.session == session(knowledge)


def test_a_message_in_a_reply_counts_as_one(knowledge: Knowledge) -> None:
    vague = Session(knowledge).describe("it does not start")
    assert vague.question is not None
    found = heard("exec /app: exec format error", vague.question, vague)
    assert found.kind == "message" and found.session.diagnosis.causes[0].id == "exec-wrong-architecture"


def test_an_answer_to_another_open_question_is_one(knowledge: Knowledge) -> None:
    vague = Session(knowledge).describe("the build fails")
    assert vague.question is not None and vague.question.fact != "symptom.when"
    found = heard("while Go downloads modules or resolves versions", vague.question, vague)
    assert [(e.name, e.value) for e in found.session.answers] == [("symptom.when", "modules")]


def test_what_the_error_of_a_container_says_is_a_message(knowledge: Knowledge) -> None:
    state = '[{"State": {"Error": "exec: \\"/app\\": permission denied: unknown", "ExitCode": 126}}]'
    assert read_output(state, "entry.kind", knowledge, scan_text)[1]

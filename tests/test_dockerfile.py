"""The Dockerfile reader: lossless, agrees with BuildKit's parser, never fails on bytes, and reads the facts."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from troubleshooter.evidence import dockerignore
from troubleshooter.evidence.dockerfile import (
    FACTS,
    MANY,
    DockerfileError,
    decode,
    encode,
    facts,
    findings,
    go_commands,
    parse,
    render,
)

HARD = {
    "heredoc with FROM": "FROM a\nRUN <<EOF\nFROM b\nEOF\nCMD x\n",
    "two heredocs": "FROM a\nCOPY --from=b <<A <<B /x/\n1\nA\n2\nB\nUSER u\n",
    "quoted heredoc": "FROM a\nRUN <<'EOF' sh\n$x\nEOF\n",
    "heredoc with tabs": "FROM a\nRUN <<-EOF\n\tx\n\tEOF\nUSER u\n",
    "heredoc for a command": "FROM a\nRUN cat <<EOF > /x && echo y\nhello\nEOF\n",
    "no heredoc: shift": "FROM a\nRUN echo $((1<<2)) \"<<EOF\"\nUSER u\n",
    "escape": "# escape=`\nFROM a\nRUN dir `\n  # c\n  b\nCOPY a\\b c:\\d\\\nUSER u\n",
    "syntax": "# syntax=docker/dockerfile:1\n# escape=\\\nFROM a\n",
    "directive too late": "\n# escape=`\nFROM a\nRUN a \\\n b\n",
    "comment in continuation": "FROM a\nRUN a \\\n# c\n   # d \\\n && b\n",
    "empty line in continuation": "FROM a\nRUN a \\\n\n && b\nUSER u\n",
    "blank after backslash": "FROM a\nRUN a \\  \t\n b\n",
    "double backslash": "FROM a\nRUN a \\\\\nUSER u\n",
    "CRLF": "FROM a\r\nRUN a \\\r\n b\r\nUSER u\r\n",
    "byte order mark": "\ufeffFROM a\nUSER u\n",
    "no final newline": "FROM a\nRUN b",
    "lower case and indent": "  from a as B\n\trun x\n",
    "exec form": 'FROM a\nRUN ["a", "b c"]\nCMD [ "x" ]\nENTRYPOINT []\n',
    "broken exec form": "FROM a\nCMD ['x', 'y']\nENTRYPOINT [\"x\",]\n",
    "onbuild": "FROM a\nONBUILD RUN x \\\n y\nONBUILD COPY . /x\n",
    "healthcheck": 'FROM a\nHEALTHCHECK --interval=3s CMD ["a"]\nHEALTHCHECK NONE\n',
    "flags": "FROM --platform=$BUILDPLATFORM a AS b\nRUN --mount=type=cache,target=/x --network=none go build\n",
    "mount twice": "FROM a\nRUN --mount=type=cache,target=/x \\\n    --mount=type=bind,target=. \\\n    go build\n",
    "copy json": 'FROM a\nCOPY --chown=1:1 ["a b", "c"]\nADD --checksum=sha256:1 https://x/y /z\n',
    "arguments": "ARG X=1\nARG Y\nFROM a:${X}\nARG X\nARG Z=a\\ b W=\"c d\"\n",
    "labels": 'FROM a\nLABEL a="b \\\n  c" d=e\nEXPOSE 80 443/tcp\nVOLUME ["/a"]\nSHELL ["/bin/bash", "-c"]\n',
    "end inside a continuation": "FROM a\nRUN a \\\n",
    "vertical tab and form feed": "FROM a\nRUN a\x0bb \x0c c\nUSER u\n",
    "lone carriage return": "FROM a\nRUN a\rb\nUSER u\n",
    "line separator": "FROM a\nRUN a\u2028b\nUSER u\n",
}  # fmt: skip


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_the_splitter_agrees_with_buildkits_parser(text: str) -> None:
    oracle = pytest.importorskip("dockerfile", reason="the oracle package dockerfile has no wheel for this platform")
    ours = [
        (
            each.keyword,
            each.start_line,
            each.end_line,
            each.json is not None or (each.onbuild is not None and each.onbuild.json is not None),
            [heredoc.name for heredoc in each.heredocs],
            [heredoc.body.text for heredoc in each.heredocs],
        )
        for each in parse(text, lenient=True).instructions
    ]
    theirs = [
        (
            each.cmd.upper(),
            each.start_line,
            each.end_line,
            each.json,
            [heredoc.name for heredoc in each.heredocs],
            [heredoc.content for heredoc in each.heredocs],
        )
        for each in oracle.parse_string(text)
    ]
    assert ours == theirs


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_flags_and_words_agree_with_buildkits_parser(text: str) -> None:
    oracle = pytest.importorskip("dockerfile", reason="the oracle package dockerfile has no wheel for this platform")
    for ours, theirs in zip(parse(text, lenient=True).instructions, oracle.parse_string(text), strict=True):
        if ours.keyword in ("FROM", "COPY", "ADD", "EXPOSE", "USER"):
            assert list(ours.words) == list(theirs.value)
        if ours.json is not None and ours.keyword != "HEALTHCHECK":
            assert list(ours.json) == list(theirs.value)
        flags = [f"--{name}" if value == "true" else f"--{name}={value}" for name, values in ours.flags.items() for value in values]
        assert flags == list(theirs.flags)


_PIECES = st.sampled_from(
    ["FROM ", "RUN ", "COPY ", "ENV ", "ARG ", "ONBUILD ", "CMD ", "ENTRYPOINT ", "HEALTHCHECK ", "USER ", "WORKDIR ",
     "\n", "\r\n", "\r", " ", "\t", "\\", "\\\n", "`", "#", "# escape=`\n", "<<EOF", "<<-A", "EOF", "A", "\ufeff",
     '"', "'", "[", "]", '["a"]', "{", "}", "(", ")", "$", "${X:-", "$(", "&&", ";", "|", ">", "--from=0",
     "--mount=type=bind",
     "a=b", "go build ", "-o ", "-ldflags ", "-tags=", "cd ", "export X=1", "apk add ", "sh -c ", "scratch", " AS x",
     "./...", "\udcff", "\x00", "\u2028", "/"]
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join))


@settings(max_examples=400)
@given(_TEXTS)
def test_any_text_survives_parsing_and_rendering(text: str) -> None:
    assert render(parse(text, lenient=True)) == text


@given(st.binary(max_size=200))
def test_any_bytes_survive_decoding_and_encoding(data: bytes) -> None:
    assert encode(render(parse(decode(data), lenient=True))) == data


@settings(max_examples=400)
@example("RUN <<EOF\udcff")
@given(_TEXTS)
def test_facts_of_any_text_have_documented_names_and_printable_values(text: str) -> None:
    for fact in facts(parse(text, lenient=True)):
        name = ".".join("N" if part.isdigit() else part for part in fact.name.split("."))
        assert name in FACTS
        fact.value.encode()


@settings(max_examples=300)
@given(_TEXTS)
def test_the_strict_parser_refuses_with_a_place_or_reads(text: str) -> None:
    try:
        parsed = parse(text)
    except DockerfileError as error:
        assert error.line >= 1 and error.column >= 1 and error.says and error.cure
    else:
        assert render(parsed) == text and not parsed.problems


def test_nothing_takes_long_or_deep() -> None:
    for text in ("FROM a\nRUN " + "${a:-" * 5000, "ONBUILD " * 5000, "FROM a\nCMD " + "[" * 50000, "RUN $(" * 3000):
        assert render(parse(text, lenient=True)) == text
        facts(parse(text, lenient=True))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "no instructions"),
        ("RUN x\n", 1, "no FROM"),
        ("FROM a\nFRUM b\n", 2, "unknown instruction: FRUM"),
        ("FROM a\nRUN x\n  && y\n", 3, "unknown instruction: &&"),
        ("FROM a b\n", 1, "one or three arguments"),
        ("ENV A=1\nFROM a\n", 1, "before the first FROM"),
        ("FROM a\nCOPY x\n", 2, "COPY requires two arguments"),
        ("FROM a\nENV A=1 B\n", 2, "can't find ="),
        ("FROM a\nUSER a b\n", 2, "exactly one argument"),
        ("FROM a\nRUN <<EOF\nx\n", 2, "unterminated heredoc"),
        ("# escape=x\nFROM a\n", 1, "invalid escape token"),
        ("FROM a\nHEALTHCHECK CURL x\n", 2, "unknown type"),
    ],
)  # fmt: skip
def test_what_docker_refuses_is_refused_with_its_place(text: str, line: int, says: str) -> None:
    with pytest.raises(DockerfileError) as caught:
        parse(text)
    assert caught.value.line == line and says in caught.value.says
    where = findings(parse(text, lenient=True), "sub/Dockerfile")[0].where
    assert where == f"sub/Dockerfile:{line}:{caught.value.column}"


def read(text: str, **options: str) -> dict[str, str]:
    """Facts by name; those that occur several times joined by a comma."""
    found: dict[str, str] = {}
    for fact in facts(parse(text, lenient=True), **options):
        assert fact.name in MANY or fact.name.startswith("stage.") or found.get(fact.name, fact.value) == fact.value
        if fact.value not in found.get(fact.name, "").split(","):
            found[fact.name] = f"{found[fact.name]},{fact.value}" if fact.name in found else fact.value
    return found


USUAL = """\
ARG GO=1.24
FROM --platform=$BUILDPLATFORM golang:${GO}-alpine AS build
WORKDIR /src
RUN apk add --no-cache gcc=1.2 musl-dev
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=linux GOARCH=$TARGETARCH \\
    go build -a -installsuffix cgo -tags 'netgo osusergo' -trimpath -ldflags '-s -extldflags "-static"' \\
    -o /out/app ./cmd/app

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /out/app /app
USER 65534:65534
EXPOSE 80
ENTRYPOINT ["/app", "serve"]
"""


def test_the_facts_of_a_usual_file() -> None:
    found = read(USUAL)
    expected = {
        "stages": "2",
        "build.image": "golang:1.24-alpine",
        "build.platform": "$BUILDPLATFORM",
        "build.stage": "build",
        "final.image": "scratch",
        "cgo": "0",
        "cgo.set-by": "inline",
        "target.os": "linux",
        "target.arch-from": "TARGETARCH",
        "link.flags": "static",
        "build.tags": "netgo,osusergo",
        "build.tag": "netgo,osusergo",
        "build.trimpath": "yes",
        "build.target": "./cmd/app",
        "build.output": "/out/app",
        "build.directory": "/src",
        "build.installs": "gcc musl-dev",
        "build.package-manager": "apk",
        "outdated.flags": "-a,-installsuffix,netgo",
        "copies.go-mod": "yes",
        "copies.go-sum": "yes",
        "copies.all": "yes",
        "go-mod.reached": "yes",
        "final.copies-ca": "yes",
        "final.copies-zoneinfo": "yes",
        "final.run": "no",
        "user": "65534",
        "user.numeric": "yes",
        "expose": "80",
        "expose.privileged": "yes",
        "entry.form": "exec",
        "entry.path": "/app",
        "entry.kind": "program",
        "entry.provided": "yes",
    }
    assert {name: found.get(name) for name in expected} == expected
    assert not {"final.copies-passwd", "final.copies-tmp", "copy-from.mismatch", "target.arch"} & set(found)


def test_sources_name_the_line() -> None:
    lines = {fact.name: fact.source for fact in facts(parse(USUAL), "docker/Dockerfile")}
    assert lines["cgo"] == "docker/Dockerfile:9"
    assert lines["build.output"] == "docker/Dockerfile:9"
    assert lines["final.image"] == "docker/Dockerfile:13"
    assert lines["user"] == "docker/Dockerfile:17"


BUILD = "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # where the environment comes from
        (BUILD + "ENV CGO_ENABLED=1\nRUN CGO_ENABLED=0 go build .\n", {"cgo": "0"}),
        (BUILD + "ENV A=1 CGO_ENABLED=0\nRUN go build .\n", {"cgo": "0", "cgo.set-by": "ENV"}),
        (BUILD + "ARG CGO_ENABLED=0\nRUN go build .\n", {"cgo": "0", "cgo.set-by": "ARG"}),
        (BUILD + "RUN export CGO_ENABLED=0 && go build .\n", {"cgo": "0", "cgo.set-by": "export"}),
        (BUILD + "RUN go env -w CGO_ENABLED=0 && go build .\n", {"cgo": "0", "cgo.set-by": "go env"}),
        (BUILD + "RUN env CGO_ENABLED=0 go build .\n", {"cgo": "0"}),
        (BUILD + "RUN sh -c 'CGO_ENABLED=0 go build .'\n", {"cgo": "0"}),
        (BUILD + "RUN <<EOF\nset -e\nexport CGO_ENABLED=0\ngo build -o /a .\nEOF\n",
         {"cgo": "0", "build.output": "/a"}),
        (BUILD + "RUN CGO_ENABLED=0; go build .\n", {"cgo": None}),
        (BUILD + "RUN make\nENV CGO_ENABLED=0\n", {"cgo": "0", "go.command-missing": "yes"}),
        ("FROM golang AS base\nENV CGO_ENABLED=0\nFROM base AS build\nRUN go build .\n", {"cgo": "0"}),
        ("FROM golang AS base\nARG CGO_ENABLED=0\nFROM base AS build\nRUN go build .\n", {"cgo": None}),
        # images
        ("ARG B=golang:1\nFROM $B\nRUN go build .\n", {"build.image": "golang:1", "final.image": "golang:1"}),
        ("FROM golang:${V:-1.2}\n", {"final.image": "golang:1.2"}),
        ("FROM golang:${V}\n", {"final.image": "golang", "from.unresolved-arg": "V"}),
        ("FROM a AS base\nFROM base\nUSER 1\n", {"final.image": "a", "user": "1"}),
        ("FROM a AS base\nUSER u\nFROM base\n", {"user": "u", "user.numeric": "no"}),
        ("FROM a\n", {"user": "unset"}),
        ("FROM a\nUSER 0\n", {"user": "root"}),
        # where the program goes
        (BUILD + "RUN cd cmd/x && go build\n", {"build.directory": "/src/cmd/x", "build.output-missing": "yes"}),
        (BUILD + "RUN go install ./cmd/x\nFROM scratch\n", {"build.output": "/go/bin/x"}),
        (BUILD + "RUN go build -o bin/ ./cmd/x\n", {"build.output": "/src/bin/x"}),
        (BUILD + "RUN go build ./cmd/x/main.go\n", {"build.single-file": "yes", "build.output": "/src/main"}),
        (BUILD + "RUN go build ./...\n", {"build.discards": "yes"}),
        (
            BUILD + "RUN go build -o bin/server .\nFROM scratch\nCOPY --from=build /src/server /server\n",
            {"copy-from.mismatch": "/src/server", "copy-from.made": "/src/bin/server"},
        ),
        (
            BUILD + "RUN go build -o /app .\nFROM scratch\nCOPY --from=build /src/templates /t\nCOPY --from=0 /app /\n",
            {"copy-from.mismatch": None},
        ),
        (
            BUILD + "RUN go build -o /out/ ./...\nFROM scratch\nCOPY --from=build /out/app /\nCMD [\"/app\"]\n",
            {"copy-from.mismatch": None, "entry.provided": "yes"},
        ),
        (BUILD + "FROM scratch\nCOPY --from=builder /a /a\n",
         {"copy-from.unknown-stage": "builder", "copy-from.nearest-stage": "build"}),
        (BUILD + "FROM scratch\nCOPY --from=busybox /bin/sh /bin/sh\n",
         {"copy-from.unknown-stage": None, "copy-from.image": "busybox"}),
        # what is started
        ("FROM alpine\nCOPY --from=x /a /app/\nENTRYPOINT [\"/app\"]\n",
         {"entry.kind": "directory", "entry.found-at": "/app/a"}),
        ("FROM alpine\nWORKDIR /app\nCOPY --from=x /server .\nCMD [\"server\"]\n",
         {"entry.bare": "yes", "entry.in-path": "no", "entry.found-at": "/app/server"}),
        ("FROM alpine\nENV PATH=/app:$PATH\nWORKDIR /app\nCOPY --from=x /server .\nCMD server\n",
         {"entry.in-path": None, "entry.form": "shell", "entry.provided": "yes"}),
        ("FROM scratch\nCOPY a /bin/a\nCMD [\"/a\"]\n", {"entry.provided": "no", "entry.kind": "missing"}),
        ("FROM nginx\nCMD [\"/docker-entrypoint\"]\n", {"entry.provided": None, "entry.kind": "program"}),
        ("FROM a\nCOPY run.sh /run.sh\nENTRYPOINT [\"/run.sh\"]\n", {"entry.kind": "script", "entry.provided": "yes"}),
        ("FROM a\nENTRYPOINT ['/run.sh']\n", {"entry.json-broken": "yes", "entry.form": "shell"}),
        ("FROM a AS b\nENTRYPOINT [\"/x\"]\nCMD [\"a\"]\nFROM b\nENTRYPOINT [\"/y\"]\n", {"entry.path": "/y"}),
        ("FROM a\nHEALTHCHECK --interval=1s CMD curl -f x || exit 1\n",
         {"healthcheck.form": "shell", "healthcheck.tool": "curl"}),
        # modules
        ("FROM golang\nWORKDIR /src\nRUN go mod download\nCOPY . .\nRUN go build .\n", {"go-mod.before-copy": "yes"}),
        ("FROM golang\nCOPY . /src\nRUN go build .\n", {"go-mod.reached": "no", "build.directory": "/go"}),
        ("FROM golang\nCOPY go.mod *.go ./\nRUN go build .\n", {"copies.go-sum": "no", "copies.all": "no"}),
        ("FROM golang\nRUN --mount=type=bind,target=. go build .\n",
         {"uses.bind-mount": "yes", "copies.all": "yes", "uses.buildkit": "run-mount"}),
        # link flags
        (BUILD + "RUN go build -ldflags \"-linkmode external -extldflags '-static-pie'\" .\n",
         {"link.flags": "static-pie", "linkmode": "external"}),
        (BUILD + "RUN go build -ldflags -extldflags \"-static\" .\n", {"link.flags": "lost"}),
        (BUILD + "RUN go build -ldflags=\"-s -w\" .\n", {"link.flags": None}),
        (BUILD + "RUN go build -buildmode=plugin -o /a.so ./p && CGO_ENABLED=0 go build -o /host .\nCMD [\"/host\"]\n",
         {"buildmode": "plugin", "cgo": "0", "build.output": "/host"}),
        (BUILD + "ENV GOFLAGS=\"-mod=vendor -tags=x\"\nRUN go build .\n", {"mod.flag": "vendor", "build.tags": "x"}),
        # what the final stage brings
        ("FROM alpine\nRUN apk --no-cache add ca-certificates tzdata && adduser -D app\n",
         {"final.copies-ca": "yes", "final.copies-zoneinfo": "yes", "final.copies-passwd": "yes"}),
        ("FROM scratch\nCOPY --from=x /tmp /tmp\nCOPY --from=x /lib/libx.so.1 /lib/\nCOPY p /etc/passwd\n",
         {"final.copies-tmp": "yes", "final.copies-libs": "yes", "final.copies-passwd": "yes"}),
        ("FROM debian\nRUN apt-get install -y -t x --no-install-suggests gcc:amd64 \\\n  # c\n  g++\n",
         {"final.installs": "gcc:amd64 g++", "final.package-manager": "apt-get"}),
    ],
)  # fmt: skip
def test_facts(text: str, expected: dict[str, str | None]) -> None:
    found = read(text)
    assert {name: found.get(name) for name in expected} == expected


def test_a_target_ends_the_build_early() -> None:
    found = read(BUILD + "RUN go build -o /a .\nFROM alpine AS test\nFROM scratch\n", target="test")
    assert found["final.image"] == "alpine"


def test_build_arguments_beat_defaults() -> None:
    parsed = parse("ARG V=1\nFROM golang:$V\n", build_args={"V": "2"})
    assert parsed.stages[0].image == "golang:2"


def test_go_commands_keep_their_places_in_the_file() -> None:
    text = "FROM golang\nRUN a && \\\n  # c\n  go build \\\n  -o /x .\n"
    parsed = parse(text)
    (command,) = go_commands(parsed, parsed.stages[0])
    assert command.line == 4
    span = command.command.span
    for word in command.command.words:
        assert text[span.offset(word.start) : span.end_offset(word.end)] == word.raw


@pytest.mark.parametrize(
    ("text", "path", "out", "line"),
    [
        ("*\n!go.mod\n", "go.mod", False, 2),
        ("*\n!go.mod\n", "go.sum", True, 1),
        ("/vendor\n", "vendor/a/b.go", True, 1),
        ("*.md\n", "docs/x.md", False, 0),
        ("**/*.md\n", "docs/x.md", True, 1),
        ("a/**/b\n", "a/b", True, 1),
        ("a\n!a/b\n", "a/b/c", False, 2),
        ("!a\na\n", "a", True, 2),
        ("**/foo\n", "a/foo/b", True, 1),
        ("foo**\n", "foobar/x", True, 1),
        ("# a\n [ab].txt \n", "b.txt", True, 2),
        ("[^a].txt\n", "a.txt", False, 0),
        ("a?c\n", "a/c", False, 0),
        ("\\*\n", "*", True, 1),
        ("[a\n", "[a", False, 0),
        ("\ufeffx\r\n!\n", "x", True, 1),
        ("./a/../b/\n", "b", True, 1),
    ],
)  # fmt: skip
def test_dockerignore_has_mobys_rules(text: str, path: str, out: bool, line: int) -> None:
    assert dockerignore.ignored(dockerignore.parse(text), path) == (out, line)


@given(st.text(alphabet="*?[]!/\\ab^-&|~.#\n", max_size=30), st.text(alphabet="ab/.", max_size=10))
def test_dockerignore_takes_any_text(text: str, path: str) -> None:
    dockerignore.ignored(dockerignore.parse(text), path)

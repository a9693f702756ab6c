"""Real logs come wrapped, coloured, escaped and re-encoded; the same failure must be seen in all of them."""

from __future__ import annotations

import gzip
import io
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter.errors import InputError
from troubleshooter.evidence.lines import blocks, masked
from troubleshooter.evidence.scan import Log, read_log, scan_text
from troubleshooter.kb.knowledge import Knowledge

MESSAGE = "exec /srv/gatekeeper: no such file or directory"
SIGNAL = "exec-no-such-file"


def seen(text: str, knowledge: Knowledge) -> list[int]:
    return [h.line for h in scan_text(text, knowledge).hits if h.signal == SIGNAL]


@pytest.mark.parametrize("line", [
    MESSAGE,
    f"web_1  | {MESSAGE}",
    f"2026-03-01T10:00:00.123456789Z {MESSAGE}",
    f"2026-03-01T10:00:00Z gatekeeper-1  | {MESSAGE}",
    f"#12 0.345 {MESSAGE}",
    f"0.345 {MESSAGE}",
    f"[   75s] {MESSAGE}",
    f"[10:11:12] {MESSAGE}",
    f'Step #1 - "build": {MESSAGE}',
    f"remote: {MESSAGE}",
    f"102 : [13.3s] | {MESSAGE}",
    f"    │ {MESSAGE}",
    f"\x1b[91m{MESSAGE}\x1b[0m",
    "exec /srv/gate\x1b[0mkeeper\x1b[91m: no such file or directory",
    f"\x1b]0;title\x07{MESSAGE}",
    f"  3%\r 50%\r{MESSAGE}",
    f"{MESSAGE}FATA[0000] exit status 1",
    "exec   /srv/gatekeeper:  no such  file or directory",
    "EXEC /srv/gatekeeper: No such file or directory",
    "ｅｘｅｃ /srv/gatekeeper: no such file or directory",
    json.dumps({"level": "error", "msg": f"start failed: {MESSAGE}\n"}),
    json.dumps({"log": json.dumps({"msg": MESSAGE})}),
])  # fmt: skip
def test_a_message_is_seen_in_every_wrapping(line: str, knowledge: Knowledge) -> None:
    assert seen(f"first line\n{line}\nlast line\n", knowledge) == [2]


@pytest.mark.parametrize("text", ["‘{}’", "“{}”", "`{}'", '"{}"', "'{}'", '\\"{}\\"', '\\\\\\"{}\\\\\\"'])
def test_quotes_of_every_kind_are_one(text: str, knowledge: Knowledge) -> None:
    line = "standard_init_linux.go:211: exec user process caused " + text.format("no such file or directory")
    assert seen(line, knowledge) == [1]


def test_a_line_wrapped_by_a_terminal_is_joined(knowledge: Knowledge) -> None:
    long = "Attaching to gatekeeper-1, and now the runtime says that it could not do so: " + MESSAGE
    wrapped = "\n".join(long[i : i + 80] for i in range(0, len(long), 80))
    assert seen("x" * 80 + "\n" + "y" * 10 + "\n" + wrapped + "\n", knowledge) == [3]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_windows_are_read(encoding: str, knowledge: Knowledge) -> None:
    log = read_log(io.BytesIO(f"start\r\n{MESSAGE}\r\n".encode(encoding)), knowledge)
    assert [(h.signal, h.line) for h in log.hits if h.signal == SIGNAL] == [(SIGNAL, 2)]


def test_gzip_is_unpacked(knowledge: Knowledge) -> None:
    log = read_log(io.BytesIO(gzip.compress(f"start\n{MESSAGE}\n".encode())), knowledge)
    assert any(h.signal == SIGNAL for h in log.hits)


@pytest.mark.parametrize("raw", [b"", b"\n \r\n", b"\x7fELF\x02\x01", bytes(range(256)) * 20, b"\0" * 5000, b"\x1f\x8b\x08\x00cut"])
def test_what_is_no_log_is_refused_with_a_reason(raw: bytes, knowledge: Knowledge) -> None:
    with pytest.raises(InputError) as caught:
        read_log(io.BytesIO(raw), knowledge, "build.log")
    assert "build.log" in str(caught.value)


def test_a_log_without_end_is_refused() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"still compiling\n" * (size // 16)

    with pytest.raises(InputError, match=r"standard input: .* no end"):
        for _ in blocks(Endless(), "standard input", limit=16 << 20):  # type: ignore[arg-type]
            pass


BUILDKIT = """#5 [build 1/2] FROM docker.io/library/golang:1.24
#5 DONE 0.1s
#6 [build 2/2] RUN ./check.sh
#6 0.100 {first}
#6 {end}
#7 [build 3/3] RUN ./start.sh
#7 0.200 {second}
#7 ERROR: process "/bin/sh -c ./start.sh" did not complete successfully: exit code: 1
"""


def test_a_step_that_passed_does_not_count(knowledge: Knowledge) -> None:
    log = scan_text(BUILDKIT.format(first=MESSAGE, end="DONE 0.3s", second="nothing"), knowledge)
    assert [h.place for h in log.hits if h.signal == SIGNAL] == ["passed"]


def test_the_failing_step_is_known(knowledge: Knowledge) -> None:
    log = scan_text(BUILDKIT.format(first="nothing", end="DONE 0.3s", second=MESSAGE), knowledge)
    assert [(h.place, h.step) for h in log.hits if h.signal == SIGNAL] == [("failing", "RUN ./start.sh")]


def test_the_classic_builder_ends_a_step_with_the_next(knowledge: Knowledge) -> None:
    text = f"Step 1/3 : FROM golang:1.24\n ---> abc\nStep 2/3 : RUN ./a\n{MESSAGE}\nStep 3/3 : RUN ./b\n{MESSAGE}\n" + (
        "The command '/bin/sh -c ./b' returned a non-zero code: 1\n"
    )
    log = scan_text(text, knowledge)
    assert [h.place for h in log.hits if h.signal == SIGNAL] == ["passed", "failing"]


def test_the_service_of_a_compose_line_is_known(knowledge: Knowledge) -> None:
    hits = [h for h in scan_text(f"db-1  | ready\nweb-1  | {MESSAGE}\n", knowledge).hits if h.signal == SIGNAL]
    assert [h.service for h in hits] == ["web-1"]


def test_floods_are_counted_but_not_kept(knowledge: Knowledge) -> None:
    log = scan_text((MESSAGE + "\n") * 5000, knowledge)
    assert log.counts[SIGNAL] == 5000
    assert len([h for h in log.hits if h.signal == SIGNAL]) < 1000


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=2000), st.text(max_size=300))
def test_any_text_is_read_and_quoted_without_control_codes(before: str, after: str) -> None:
    log: Log = scan_text(f"{before}\n{MESSAGE}{after}", _KNOWLEDGE)
    assert log.lines >= 1
    for hit in log.hits:
        assert not any((ord(c) < 32 and c != "\t") or 127 <= ord(c) < 160 for c in hit.text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_log(io.BytesIO(raw), _KNOWLEDGE)
    except InputError:
        pass


SHAPES = (
    MESSAGE, "#{n} [build 2/{m}] RUN ./check.sh", "#{n} 0.{m} /lib/libc.so.6: version `GLIBC_2.{m}' not found (required by /srv/app)",
    "#{n} DONE {m}.1s", "#{n} ERROR: process \"/bin/sh -c ./check.sh\" did not complete successfully: exit code: {m}",
    "Step {n}/{m} : RUN ./start.sh", "sh: {n}: gcc: not found", "gatekeeper-{n}  | listen tcp :{m}: bind: address already in use",
    '{{"n": {n}, "msg": "start {m}: exec /srv/app: no such file or directory\\n"}}', "=== RUN Test{n}", "--- FAIL: Test{n} (0.{m}s)",
    "db.go:{n}:{m}: undefined: sqlite3.Open", '10.0.0.{n} - - "GET /item/{m} HTTP/1.1" {n} 17', "{n} error in {m}",
    "番号 {n} は見つかりません",
    "  {n}%\r {m}%\r" + MESSAGE, "\x1b[3{n}munit {m}\x1b[0m", "unit {n} of {m} is finished", "",
)  # fmt: skip
SMALL = st.sampled_from([1, 2, 7, 12, 31, 127, 139, 200, 404])
LINES = st.lists(st.builds(lambda shape, n, m: shape.format(n=n, m=m), st.sampled_from(SHAPES), SMALL, SMALL), min_size=1, max_size=30)


class Trickle(io.RawIOBase):
    """Bytes that arrive in pieces of the given sizes, over and over."""

    def __init__(self, raw: bytes, sizes: list[int]) -> None:
        self._rest, self._sizes = io.BytesIO(raw), itertools.cycle(sizes)

    def read(self, size: int = -1) -> bytes:
        return self._rest.read(next(self._sizes))


@settings(max_examples=100, deadline=None)
@given(LINES, st.lists(st.integers(1, 200), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_it_makes_no_difference_how_a_log_arrives(lines: list[str], sizes: list[int], end: str) -> None:
    raw = end.join(["a log", *lines]).encode()
    whole, trickled = read_log(io.BytesIO(raw), _KNOWLEDGE), read_log(Trickle(raw, sizes), _KNOWLEDGE)  # type: ignore[arg-type]
    assert (trickled.hits, trickled.counts, trickled.steps) == (whole.hits, whole.counts, whole.steps)
    assert (trickled.suspicious, trickled.lines, trickled.bytes) == (whole.suspicious, whole.lines, whole.bytes)


@settings(max_examples=100, deadline=None)
@given(LINES)
def test_what_a_line_says_does_not_depend_on_the_lines_before_it(lines: list[str]) -> None:
    wide = "-" * 500  # so that no line looks as if a terminal had wrapped it
    together = {(h.line, h.signal, tuple(h.holes.items())) for h in scan_text("\n".join([*lines, wide]), _KNOWLEDGE).hits}
    alone = {(number, h.signal, tuple(h.holes.items())) for number, line in enumerate(lines, 1) for h in scan_text(line, _KNOWLEDGE).hits}
    assert together == alone


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2_300_000), st.sampled_from(["", "a line before it\n"]))
def test_a_message_is_seen_wherever_it_stands_in_an_enormous_line(at: int, before: str) -> None:
    line = ("word " * 500_000)[:at] + f" {MESSAGE} " + ("word " * 500_000)[at:]
    log = read_log(io.BytesIO(f"{before}{line}\nlast line\n".encode()), _KNOWLEDGE)
    assert [h.line for h in log.hits if h.signal == SIGNAL] == [2 if before else 1]
    assert log.lines == (3 if before else 2)


@pytest.mark.parametrize("line, secret", [
    ("Get https://user:hunter22secret@git.example.com/x", "hunter22secret"),
    ("remote: token ghp_0123456789abcdefghijABCDEFGHIJ refused", "ghp_0123456789abcdefghijABCDEFGHIJ"),
    ("DB_PASSWORD=correct-horse-battery", "correct-horse-battery"),
    ('{"password": "correct-horse"}', "correct-horse"),
    ("Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789abcdef"),
])  # fmt: skip
def test_secrets_are_masked(line: str, secret: str) -> None:
    assert secret not in masked(line)


@pytest.fixture(autouse=True, scope="module")
def _shared(knowledge: Knowledge) -> None:
    global _KNOWLEDGE  # hypothesis takes no session fixtures
    _KNOWLEDGE = knowledge


_KNOWLEDGE: Knowledge

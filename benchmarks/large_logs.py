"""Large logs of many kinds: seconds and peak memory of ``troubleshooter diagnose``, as a whole process.

Run it with the Python of the environment that troubleshooter is installed in: ``large_logs.py [MEGABYTES [KIND …]]``.
Every kind ends with a failure that is known; a line says so where it was not found. Judges nothing else.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

MEGABYTES = 100
FAILURE = "exec /srv/app: no such file or directory"
_WORDS = (
    "unit", "worker", "cache", "layer", "request", "session", "account", "invoice", "parser", "widget", "router", "handler", "metric",
    "bucket", "stream", "vector", "object", "token", "index", "shard", "quota", "ledger", "planet", "river", "candle", "garden",
    "window", "bottle", "pencil", "marble", "silver", "copper", "orange", "violet", "autumn", "winter", "split",
)  # fmt: skip
_PATHS = ("/", "/static/app.js", "/api/v1/items/{n}", "/img/{w}-{n}.png", "/login?next=/{w}/{n}", "/metrics", "/{w}/{v}/{n}")
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0", "curl/8.{n}.0", "kube-probe/1.{n}", "Go-http-client/1.1",
)  # fmt: skip
Line = Callable[[int, random.Random], str]


def buildkit(n: int, r: random.Random) -> str:
    return f"#{n // 9000 + 5} {n / 97:.3f} {r.choice(_WORDS)} {n} of very many is finished, {r.randrange(9)} workers still busy\n"


def classic(n: int, r: random.Random) -> str:
    if n % 4000 == 0:
        return f"Step {n // 4000 % 90 + 1}/90 : RUN make part-{n}\n"
    return f" ---> Running in {r.getrandbits(48):012x}\n" if n % 40 == 1 else f"  CC  src/{r.choice(_WORDS)}/{r.choice(_WORDS)}{n}.o\n"


def go_test(n: int, r: random.Random) -> str:
    test = {"Time": f"2026-03-01T10:00:{n % 60:02}.{n:09}Z", "Action": "output", "Package": f"example.com/shop/{r.choice(_WORDS)}",
            "Test": f"Test{r.choice(_WORDS).title()}/case_{n}", "Output": f"    --- PASS: Test/case_{n} (0.{n % 89:02}s)\n"}  # fmt: skip
    if n % 3:
        test["Output"] = f'    store_test.go:{r.randrange(400)}: got "{r.choice(_WORDS)}", found {n}\n'
    return json.dumps(test, separators=(",", ":")) + "\n"


def packages(n: int, r: random.Random) -> str:
    name = f"lib{r.choice(_WORDS)}{r.randrange(99)}-dev"
    return r.choice((
        f"Get:{n} http://deb.debian.org/debian bookworm/main amd64 {name} amd64 {r.randrange(9)}.{n % 77}-1 [{r.randrange(9999)} kB]\n",
        f"Selecting previously unselected package {name}:amd64.\n", f"Setting up {name}:amd64 ({n % 9}.2-1+deb12u{n % 5}) ...\n",
        f"({n % 900}/900) Installing {name} ({n % 9}.{n % 7}-r0)\n", f"Unpacking {name}:amd64 ({n % 9}.2-1+deb12u{n % 5}) ...\n",
    ))  # fmt: skip


def web(n: int, r: random.Random) -> str:
    path, agent = (x.format(n=n % 997, w=r.choice(_WORDS), v=r.choice(_WORDS)) for x in (r.choice(_PATHS), r.choice(_AGENTS)))
    return (f'10.{n % 7}.{n % 255}.{n % 91} - - [01/Mar/2026:10:{n // 60 % 60:02}:{n % 60:02} +0000] "GET {path} HTTP/1.1" '
            f'{r.choice((200, 200, 304, 404, 502))} {r.randrange(99999)} "-" "{agent}"\n')  # fmt: skip


def java(n: int, r: random.Random) -> str:
    if n % 30 == 0:
        return f'Exception in thread "pool-{n % 9}" java.lang.IllegalStateException: {r.choice(_WORDS)} {n} not found\n'
    service, name = r.choice(_WORDS).title(), r.choice(_WORDS).title()
    return f"\tat com.example.{r.choice(_WORDS)}.{service}Service.run({name}.java:{r.randrange(900)})\n"


def node(n: int, r: random.Random) -> str:
    if n % 12 == 0:
        return f"Error: connect ECONNREFUSED 10.0.0.{n % 255}:{r.randrange(65000)}\n"
    return f"    at {r.choice(_WORDS)}.{r.choice(_WORDS)} (/app/node_modules/{r.choice(_WORDS)}/lib/index.js:{n % 999}:{n % 80})\n"


def prose(n: int, r: random.Random) -> str:
    return " ".join(r.choices(_WORDS, k=r.randrange(3, 12))) + "\n"


def ci(n: int, r: random.Random) -> str:
    stamp = f"2026-03-01T10:{n // 60 % 60:02}:{n % 60:02}.{r.randrange(10**7):07}Z"
    return f"{stamp} \x1b[3{n % 8}m[{r.choice(_WORDS)}]\x1b[0m error budget \x1b[1m{n}\x1b[0m not found in {r.choice(_WORDS)}\n"


def one_line(n: int, r: random.Random) -> str:
    return f'{{"{r.choice(_WORDS)}":{n},"message":"{r.choice(_WORDS)} was not found, error {r.randrange(999)}"}},'


def windows(n: int, r: random.Random) -> str:
    return f"[{n % 24:02}:{n % 60:02}:01] C:\\build\\{r.choice(_WORDS)}\\{r.choice(_WORDS)}{n}.cs: warning: unused file\r\n"


def progress(n: int, r: random.Random) -> str:
    return f"\rdownloading {r.choice(_WORDS)} [{'=' * (n % 50):50}] {n % 100}%" + ("\n" if n % 100 == 99 else "")


def repeated(n: int, r: random.Random) -> str:
    return "cannot connect to the server: connection refused, file not found, will try again in 5 seconds\n"


def nuls(n: int, r: random.Random) -> str:
    return f"{r.choice(_WORDS)} {n}" + "\0" * (n % 50 == 0) + f" was read from {r.choice(_WORDS)}\n"


def hashes(n: int, r: random.Random) -> str:
    return f"sha256:{r.getrandbits(256):064x} {r.getrandbits(64):016x}: Pull complete\n"


def japanese(n: int, r: random.Random) -> str:
    return f"{n} 番目の {r.choice(_WORDS)} を処理しています… ファイル {r.randrange(999)} は完了しました\n"


KINDS: tuple[Line, ...] = (
    buildkit, classic, go_test, packages, web, java, node, prose, ci, one_line, windows, progress, repeated, nuls, hashes, japanese,
)  # fmt: skip


def write(kind: Line, path: Path, megabytes: int) -> None:
    """A log of one kind, the same at every run; the enormous line is half as long."""
    r = random.Random(1)
    size = (megabytes << 20) // (2 if kind is one_line else 1)
    with path.open("wb") as out:
        for lines in (("".join(kind(n, r) for n in range(at, at + 5000))) for at in count(0, 5000)):
            out.write(lines.encode())
            if out.tell() >= size:
                break
        out.write(f"\n{FAILURE}\n".encode())


def measured(log: Path, environ: dict[str, str]) -> tuple[float, float, int, bytes]:
    """Seconds on the clock and of the processor, peak memory in MiB, and what was printed."""
    command = [sys.executable, "-m", "troubleshooter", "diagnose", "--no-project", "--format", "json", str(log)]
    began = time.perf_counter()
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10, printed


def main(megabytes: int = MEGABYTES, wanted: tuple[str, ...] = ()) -> None:
    for kind in _named(wanted):
        with tempfile.TemporaryDirectory() as folder:
            environ = {**os.environ, "XDG_CACHE_HOME": folder}
            log = Path(folder) / "large.log"
            log.write_text(FAILURE)
            measured(log, environ)  # fills the cache of the knowledge
            write(kind, log, megabytes)
            seconds, processor, memory, printed = measured(log, environ)
            found = "" if FAILURE.encode() in printed else "   the failure at its end was NOT found"
            size = log.stat().st_size >> 20
            print(f"{kind.__name__:10} {size:4} MB {seconds:6.1f} s, {processor:5.1f} s of processor, {memory:4} MiB{found}", flush=True)


def _named(wanted: tuple[str, ...]) -> Iterator[Line]:
    return (kind for kind in KINDS if not wanted or kind.__name__ in wanted)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), tuple(sys.argv[2:]))

"""Ten times the knowledge: how much longer does a small log take, as a whole process?

Nine copies of the built-in signals and causes are written as a pack, each with names and words of its own, and the same
small log is diagnosed with and without it. Prints medians and the ratio; with ``--judge`` the status says whether the
ratio is at most 2.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
LOG = ROOT / "examples" / "scratch" / "run.log"
COPIES = 9
RUNS = 11
_WORD = re.compile(r"(?<![{\w:|=])[A-Za-z]{4,}(?![\w:|=]*\})")


def copy(number: int, folder: Path) -> None:
    """One more copy of all signals and causes, in other words."""
    mark = f"q{number}"
    for path in sorted((ROOT / "knowledge").rglob("*.yaml")):
        data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        if "ja" in path.relative_to(ROOT / "knowledge").parts or not isinstance(data, dict):
            continue
        data["signals"] = {n: e for n, e in (data.get("signals") or {}).items() if "regex" not in e}
        out = {
            section: {f"{name}-{mark}": _renamed(entry, mark) for name, entry in data[section].items()}
            for section in ("signals", "causes")
            if data.get(section)
        }
        if out:
            (folder / f"{mark}-{path.stem}.yaml").write_text(
                yaml.safe_dump(out, allow_unicode=True, sort_keys=False, width=100_000), "utf-8"
            )


def _renamed(value: object, mark: str, key: str = "") -> object:
    if isinstance(value, dict):
        if key in ("neighbours",):
            return {f"{k}-{mark}": v for k, v in value.items()}
        return {k: _renamed(v, mark, k) for k, v in value.items() if k not in ("regex", "examples", "edit")}
    if isinstance(value, list):
        return [_renamed(v, mark, key) for v in value]
    if key in ("signal", "and-signal", "no-signal", "refines", "consequences", "any"):
        return f"{value}-{mark}"
    if key in ("lines", "exact-lines", "matches", "block"):
        return "\n".join(_WORD.sub(lambda m: m[0] + mark, line) for line in str(value).split("\n"))
    return value


def seconds(command: list[str], environ: dict[str, str]) -> tuple[float, float]:
    """Time on the clock and time of the processor: on a busy machine the latter tells more."""
    before, began = os.times(), time.perf_counter()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, used


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        pack = Path(name, "pack")
        pack.mkdir()
        for number in range(COPIES):
            copy(number, pack)
        environ = {**os.environ, "XDG_CACHE_HOME": f"{name}/cache", "XDG_CONFIG_HOME": f"{name}/none", "LC_ALL": "C.UTF-8"}
        once = [sys.executable, "-m", "troubleshooter", "diagnose", "--no-project", str(LOG)]
        tenfold = [*once, "--knowledge", str(pack)]
        counted = subprocess.run(
            [sys.executable, "-m", "troubleshooter", "kb", "list", "--knowledge", str(pack)], env=environ, capture_output=True, text=True
        )
        first = {"once": seconds(once, environ), "ten times": seconds(tenfold, environ)}
        rows: dict[str, list[tuple[float, float]]] = {"once": [], "ten times": []}
        for _ in range(RUNS):  # in turn, so that a slow moment of the machine strikes both alike
            rows["once"].append(seconds(once, environ))
            rows["ten times"].append(seconds(tenfold, environ))
        size, files = sum(p.stat().st_size for p in pack.iterdir()) / 1e6, len(list(pack.iterdir()))
    print(f"causes: {len(counted.stdout.splitlines())}; pack: {size:.1f} MB in {files} files")
    middle = {row: [statistics.median(t[i] for t in times) for i in (0, 1)] for row, times in rows.items()}
    for row, (clock, used) in middle.items():
        print(f"{row:10} first run {first[row][0]:6.2f} s   then median {clock * 1000:6.1f} ms   of the processor {used * 1000:6.1f} ms")
    ratio, worked = (middle["ten times"][i] / middle["once"][i] for i in (0, 1))
    print(f"ratio of the medians: {ratio:.2f}   of the processor: {worked:.2f}")
    return 1 if "--judge" in sys.argv and ratio > 2 else 0


if __name__ == "__main__":
    sys.exit(main())

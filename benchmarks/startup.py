"""How long a small log takes, as a whole process, against a process that only imports yaml and experta.

Run it with the Python of the environment that troubleshooter is installed in; prints medians and ratios, judges nothing.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
LOG = Path(__file__).resolve().parents[1] / "examples" / "scratch" / "run.log"
BASE = [sys.executable, "-c", "import yaml; from troubleshooter.inference.experta_shim import experta"]
DIAGNOSE = [sys.executable, "-m", "troubleshooter", "diagnose", "--no-project", str(LOG)]


def seconds(command: list[str], environ: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        cached = {**os.environ, "XDG_CACHE_HOME": folder}
        no_cache = {**os.environ, "XDG_CACHE_HOME": "/proc/none"}
        seconds(DIAGNOSE, cached)
        rows: dict[str, list[float]] = {"base": [], "cached": [], "not cached": []}
        for _ in range(RUNS):  # in turn, so that a slow moment of the machine strikes all alike
            rows["base"].append(seconds(BASE, cached))
            rows["cached"].append(seconds(DIAGNOSE, cached))
            rows["not cached"].append(seconds(DIAGNOSE, no_cache))
    base = statistics.median(rows["base"])
    for name, times in rows.items():
        median = statistics.median(times)
        print(f"{name:12} median {median * 1000:6.1f} ms   {median / base:4.2f} times the imports alone")


if __name__ == "__main__":
    main()

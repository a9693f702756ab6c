"""The static site: it builds without a warning, in both languages, and its search finds causes and messages in both."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.conftest import ROOT
from troubleshooter import load_knowledge

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("material") is None, reason="mkdocs-material is not installed: the site was not built"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)], cwd=ROOT,
                          env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_cause_has_its_page_in_both_languages(site: Path) -> None:
    for cause in load_knowledge().causes:
        for page in (site / "causes" / cause / "index.html", site / "causes" / "ja" / cause / "index.html"):
            assert page.is_file(), page


@pytest.mark.parametrize("language, folder", [("en", "causes/"), ("ja", "causes/ja/")])
def test_search_finds_titles_and_messages(language: str, folder: str, site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    assert language in index["config"]["lang"]
    found = {unquote(d["location"]).rstrip("/"): d for d in index["docs"]}
    cause = load_knowledge(language=language).causes["ca-certificates-missing"]
    page = found[f"{folder}{cause.id}"]
    assert page["title"].replace("\u200b", "") == cause.title
    texts = " ".join(d["text"] for where, d in found.items() if where.startswith(f"{folder}messages"))
    assert "certificate signed by unknown authority" in texts
    assert language == "en" or (site / "assets/javascripts/lunr/min/lunr.ja.min.js").is_file()

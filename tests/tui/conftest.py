"""The app never touches the user's own folders, and knows a small knowledge that does not change."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui.driver import small_knowledge

from troubleshooter.kb import load

KNOWLEDGE = {language: small_knowledge(language) for language in ("en",)}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("NO_COLOR", "COLORFGBG"):
        monkeypatch.delenv(name, raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(load, "load_knowledge", lambda extra, project, language: KNOWLEDGE["en"])
    return work

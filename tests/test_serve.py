"""The app in a real headless Chromium: the page loads, a question is answered, the cause appears; nobody else gets in."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from troubleshooter.tui.serve import own

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
HOOK = """
window.__seen = "";
const Real = window.WebSocket;
window.WebSocket = class extends Real {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", async (event) => {
      const data = event.data;
      window.__seen += typeof data === "string" ? data : data instanceof Blob ? await data.text() : new TextDecoder().decode(data);
    });
  }
};
"""
"""Keeps what the server draws: the page itself paints it on a canvas."""


def _missing() -> str:
    lacks = [tool for tool in ("chromium", "chromedriver") if not shutil.which(tool)]
    lacks += [name for name in ("textual_serve", "selenium") if importlib.util.find_spec(name) is None]
    return f"{', '.join(lacks)} not installed: the app was not tried in a browser" if lacks else ""


def test_only_the_own_page_may_connect() -> None:
    assert own("127.0.0.1:8000", None, 8000) and own("localhost:8000", "http://localhost:8000", 8000)
    assert not own("evil.example:8000", None, 8000) and not own("127.0.0.1:80", None, 8000)
    assert not own("127.0.0.1:8000", "http://evil.example", 8000) and not own("127.0.0.1:8000", "null", 8000)


def until(condition: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"waited for {what}"
    return found


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    if _missing():
        if os.environ.get("TROUBLESHOOTER_TESTS") == "all":
            pytest.fail(_missing())
        pytest.skip(_missing())
    (tmp_path / "build.log").write_text("starting\nexec /geoindex: no such file or directory\nend\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own_folders = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **own_folders}
    command = [sys.executable, "-m", "troubleshooter", "tui", "build.log", "--no-project", "--serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _status(f"http://127.0.0.1:{port}/"), "the server")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(30)


def _status(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as fault:
        return fault.code
    except OSError:
        return 0


@pytest.fixture
def browser(address: str) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,800"):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium") or ""
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HOOK})
    yield driver
    driver.quit()


def test_a_question_is_answered_in_the_browser(address: str, browser: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    def seen(text: str) -> bool:
        return text in str(browser.execute_script("return window.__seen"))

    browser.get(address)
    until(lambda: "-first-byte" in browser.find_element("tag name", "body").get_attribute("class"), "the first byte")
    assert browser.title == "troubleshooter"
    until(lambda: seen("Question 1"), "the question")
    browser.execute_script("window.__seen = ''")
    browser.find_element("css selector", ".xterm-helper-textarea").send_keys("")
    ActionChains(browser).send_keys("1").perform()
    until(lambda: seen("Result"), "the result")
    until(lambda: seen("loader"), "the cause")
    ActionChains(browser).send_keys("f").perform()
    until(lambda: seen("What to do"), "the page of the cause")


def test_the_page_asks_no_other_server(address: str) -> None:
    with urllib.request.urlopen(address, timeout=10) as answer:
        page = answer.read().decode()
    assert "https://" not in page and page.count("http://") == page.count(address.rstrip("/"))


def test_another_site_is_turned_away(address: str) -> None:
    assert _status(address) == 200
    assert _status(address, Origin="http://evil.example") == 403
    assert _status(address, Host="evil.example") == 403

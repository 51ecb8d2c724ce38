"""A real browser for the journeys through the pages: Debian's Chromium, driven by playwright; skipped without them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-default-apps"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
BROWSERS_OWN = {"accounts.google.com", "update.googleapis.com", "content-autofill.googleapis.com"}
"""What Chromium asks for itself, or would if its resolver let it; that no page does so is seen page by page."""
_SECONDS = 30_000


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file into which the browser itself writes what it asks of the network."""
    return tmp_path_factory.mktemp("log") / "net.json"


@pytest.fixture(scope="session")
def browser(log: Path) -> Iterator[Browser]:
    """The browser; at its end its own log must name no host but this machine."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
    binary = shutil.which("chromium")
    if binary is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with sync_api.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=binary, args=[*OFFLINE, f"--log-net-log={log}"])
        yield found
        found.close()
    hosts = {urlsplit(url).hostname for url in asked(log)} - BROWSERS_OWN
    assert hosts == {"127.0.0.1"}, f"the browser asked {hosts}"


def asked(log: Path) -> list[str]:
    """The addresses of the web in the browser's own log."""
    text = log.read_text("utf-8")
    assert json.loads(text if text.rstrip().endswith("}") else f"{text.rstrip().rstrip(',')}]}}")["events"]
    return re.findall(r'"url":"((?:https?|wss?)://[^"]+)"', text)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the repository's graph, as `kzgraph serve` starts it."""
    yield from serving(ROOT)


def serving(folder: Path) -> Iterator[str]:
    """The address of a server of a project, which ends with the test."""
    command = [sys.executable, "-m", "kzgraph", "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, env={**os.environ})
    assert process.stderr is not None
    try:
        told = process.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", told)
        assert address, told
        yield address[0]
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, on which scripts that fail are failures."""
    yield from opened(browser)


def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a context of its own; errors of its scripts, and dialogs, fail the test."""
    context = browser.new_context(**options)
    context.set_default_timeout(_SECONDS)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: _dismiss(dialog, wrong))
    page.on("console", lambda message: wrong.extend([message.text] if "Content Security" in message.text else []))
    page.on("request", lambda request: wrong.extend(_elsewhere(request.url)))
    yield page
    context.close()
    assert wrong == []


def _elsewhere(url: str) -> list[str]:
    parts = urlsplit(url)
    return [f"asked {url}"] if parts.scheme not in {"file", "data", "blob"} and parts.hostname != "127.0.0.1" else []


def _dismiss(dialog: Dialog, wrong: list[str]) -> None:
    wrong.append(f"dialog: {dialog.message}")
    dialog.dismiss()

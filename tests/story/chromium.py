"""A browser for the tests: the system's, or Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The one that never has a window shows the same pages with a third less work.
NAMES = ("chromium-headless-shell", *WHOLE)
MISSING = (
    "THE STORY WAS NOT PROVEN: no Chromium. Install one (Debian: apt install chromium),"
    " or let Playwright do it: .venv/bin/playwright install chromium"
)


def launch(playwright: Playwright) -> Browser:
    """Start the browser; without one skip loudly, or fail where CI=true."""
    return playwright.chromium.launch(**_options(playwright, NAMES))


def launch_with_profile(playwright: Playwright, folder: Path) -> BrowserContext:
    """The same as somebody's own browser, not as a private window.

    Only such a one lets pages take schemes; here it does so without asking.
    """
    options = _options(playwright, WHOLE)
    own = playwright.chromium.launch_persistent_context(folder, **options)
    session = own.new_cdp_session(own.pages[0])
    session.send("Page.setRPHRegistrationMode", {"mode": "autoAccept"})
    return own


def _options(playwright: Playwright, names: tuple[str, ...]) -> dict[str, Any]:
    path = next(filter(None, map(shutil.which, names)), None) or _own(playwright)
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    # Chromium's sandbox refuses to be used by root, as containers often are.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": path, "args": arguments}


def _own(playwright: Playwright) -> str | None:
    """Playwright's own Chromium, installed if it can be."""
    path = playwright.chromium.executable_path
    if not Path(path).exists():
        install = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(install, capture_output=True, timeout=600, check=False)
    return path if Path(path).exists() else None

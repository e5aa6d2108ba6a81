"""A browser for the tests: the system's, or Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

# The one that never has a window does the same with half the work.
NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
MISSING = (
    "THE STORY WAS NOT PROVEN: no Chromium. Install one (Debian: apt install chromium),"
    " or let Playwright do it: .venv/bin/playwright install chromium"
)


def launch(playwright: Playwright) -> Browser:
    """Start the browser; without one skip loudly, or fail where CI=true."""
    path = next(filter(None, map(shutil.which, NAMES)), None) or _own(playwright)
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    # Chromium's sandbox refuses to be used by root, as containers often are.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=arguments)


def _own(playwright: Playwright) -> str | None:
    """Playwright's own Chromium, installed if it can be."""
    path = playwright.chromium.executable_path
    if not Path(path).exists():
        install = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(install, capture_output=True, timeout=600, check=False)
    return path if Path(path).exists() else None

"""Notices what a page does wrong without telling anybody."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# The picker closes its tab when it is done, where the browser lets it.
HARMLESS = "Scripts may close only the windows that were opened by them."


class Watch:
    """Collects console errors (broken CSP rules among them), crashes, lost requests."""

    def __init__(self, context: BrowserContext) -> None:
        self.wrong: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._crash)
        context.on("request", self._abroad)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and message.text != HARMLESS:
            where = message.location.get("url", "")
            self.wrong.append(f"{message.type}: {message.text} ({where})")

    def _crash(self, error: WebError) -> None:
        self.wrong.append(f"uncaught: {error.error}")

    def _abroad(self, request: Request) -> None:
        """No page may load anything from anywhere but the three sites."""
        if not re.match(r"(http://localhost:\d+/|data:|blob:)", request.url):
            self.wrong.append(f"asked a stranger: {request.url}")

    def forgive(self, pattern: str) -> None:
        """Drop what the test expected, such as the status of a refused page."""
        self.wrong = [line for line in self.wrong if not re.search(pattern, line)]

    def judge(self) -> None:
        """Fail if anything is left."""
        assert not self.wrong, "\n".join(self.wrong)

"""What the demo prints: every line says which process it comes from."""

import os
import sys

from demo.projects import PROJECTS, Place

WIDTH = max(len(f"{project.name} worker") for project in PROJECTS)


class Console:
    """Standard output, in colour where somebody looks at it."""

    def __init__(self) -> None:
        self.colourful = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def line(self, source: str, colour: int, text: str) -> None:
        """One line of a process's log."""
        self.write(f"{self.paint(f'{source:{WIDTH}} |', colour)} {text}")

    def paint(self, text: str, colour: int) -> str:
        """The text in an ANSI colour, or as it is when nobody sees colours."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colourful else text

    def write(self, text: str) -> None:
        """Print at once, so that a log file is as current as a terminal."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def welcome(self, place: Place, seconds: float) -> None:
        """Everything is up: where to go, as whom, and what to click first."""
        shop, *_ = addresses = [
            f"{project.title:16}{place.url_of(project)}" for project in PROJECTS
        ]
        bold = self.paint(f"{shop}   <- start here", 1)
        self.write(
            f"""
The print shop is open, {seconds:.1f} s after the start.

  {bold}
  {addresses[1]}
  {addresses[2]}

  1. Open the shop and choose "Continue with Photos account".
  2. Sign in as alice or bob, password print-shop-demo, or create your own account.
  3. Choose photos, order prints, and watch the order being made.

  admin (same password) is the authorization server's staff account.
  Everything is kept in {place.data}; starting again continues there.
  Its secrets are printed in the source code: never use it for anything real.
  Ctrl-C stops all of it.
"""
        )

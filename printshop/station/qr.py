"""A QR code as a drawing: modules of one unit, within the four of its quiet zone."""

from dataclasses import dataclass

import segno

QUIET = 4  # modules around it: ISO/IEC 18004 wants them


@dataclass(frozen=True, slots=True)
class Drawing:
    """What an SVG needs: how many units wide, and a path of all that is dark."""

    size: int
    path: str

    @classmethod
    def of(cls, text: str) -> "Drawing":
        """The code of an address; "M" survives a greasy screen."""
        modules = segno.make(text, error="m", micro=False, boost_error=False).matrix
        path = "".join(
            f"M{QUIET + left} {QUIET + top}h1v1h-1z"
            for top, row in enumerate(modules)
            for left, is_dark in enumerate(row)
            if is_dark
        )
        return cls(len(modules) + 2 * QUIET, path)

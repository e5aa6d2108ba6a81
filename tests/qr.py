"""What a QR code must look like, from the matrix that segno makes."""

import segno

QUIET = 4  # modules around it


def drawn(text: str) -> str:
    """The SVG path of an address's code: a square of one unit for each dark module."""
    rows = enumerate(segno.make(text, error="m", boost_error=False).matrix)
    return "".join(
        f"M{QUIET + x} {QUIET + y}h1v1h-1z"
        for y, row in rows
        for x, dark in enumerate(row)
        if dark
    )

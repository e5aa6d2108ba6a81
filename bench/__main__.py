"""The parts: authserver, rows, photos_api, printshop. All of them if none is named."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from bench import authserver, photos, printshop, report, rows

PARTS: dict[str, Callable[[argparse.Namespace], report.Part]] = {
    "authserver": lambda _: authserver.run(),
    "rows": lambda options: rows.run(options.rows),
    "photos_api": lambda _: photos.run(),
    "printshop": lambda _: printshop.run(),
}


def main() -> None:
    """Run the parts that are named, or all of them."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures as JSON")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N")
    options = parser.parse_args()
    found = []
    for name in options.parts or PARTS:
        found.append(PARTS[name](options))
        found[-1].print()
    if options.json:
        figures = {part.name: part.as_json() for part in found}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""python -m bench [PART …] [--json FILE] [--rows N]"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from bench import authserver, report

PARTS: dict[str, Callable[[], report.Part]] = {"authserver": authserver.run}


def main() -> None:
    """Run the parts that are named, or all of them."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures as JSON")
    options = parser.parse_args()
    found = [PARTS[name]() for name in options.parts or PARTS]
    for part in found:
        part.print()
    if options.json:
        figures = {part.name: part.as_json() for part in found}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()

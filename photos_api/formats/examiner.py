"""A process that reads one stranger's file, at its standard input, and ends.

It holds no secrets, opens no connections, and may not take more than its share: what a
hostile file can do is to end it.
"""

import json
import resource
import sys
from dataclasses import asdict

FILES = 32


def main(memory: int, seconds: int) -> None:
    """Say in JSON what the file is, or why it is refused.

    With so many bytes of addresses, and so many seconds of a processor.
    """
    limit(resource.RLIMIT_AS, memory)
    limit(resource.RLIMIT_CPU, seconds)
    limit(resource.RLIMIT_FSIZE, 0)
    limit(resource.RLIMIT_NOFILE, FILES)
    limit(resource.RLIMIT_CORE, 0)
    # Only now: whatever they load counts too.
    from photos_api.formats.examination import examine  # noqa: PLC0415
    from photos_api.formats.kinds import Refused  # noqa: PLC0415

    try:
        with open(0, "rb") as file:
            told: dict[str, object] = asdict(examine(file))
    except Refused as refused:
        told = {"refused": str(refused)}
    json.dump(told, sys.stdout, default=str)


def limit(what: int, most: int) -> None:
    """Never more than that, from now on."""
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

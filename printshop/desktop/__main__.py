"""``python -m printshop.desktop``, or ``./manage.py printshop desktop``."""

import sys
from collections.abc import Sequence

PROG = "python -m printshop.desktop"
MISSING = """This program needs keyring and rich, and {name} is not installed. In the
project's folder:

    python -m pip install ".[desktop]"
"""


def main(options: Sequence[str], prog: str = PROG) -> int:
    """Run it, if what it needs is there; the exit status."""
    try:
        import keyring  # noqa: F401, PLC0415
        import rich  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        sys.stderr.write(MISSING.format(name=error.name))
        return 1
    from printshop.desktop import cli  # noqa: PLC0415

    return cli.main(options, prog)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

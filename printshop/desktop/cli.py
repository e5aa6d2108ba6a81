"""The command line: what there is to type, and what it means."""

import os
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path

from printshop import wire
from printshop.desktop import commands, order_commands
from printshop.desktop.failures import INTERRUPTED, Failure
from printshop.desktop.ordering import ID
from printshop.desktop.registration import PHOTOS, SHOP
from printshop.desktop.terminal import Terminal
from printshop.desktop.this_machine import ThisMachine

LIKE_OPTION = re.compile(r"-[A-Za-z0-9_-]{31}")
ABOUT = """Keep photos and order prints of them, from a terminal.

You sign in once, in your browser: this program never sees your password. It may then do
what you ticked, until you sign out. Over SSH, or where there is no browser, it shows a
code that you type in on another device."""
EXAMPLES = """examples:
  {prog} sign-in
  {prog} photos upload ~/Pictures/*.jpg --album "Summer"
  {prog} photos list
  {prog} products
  {prog} order sea.jpg tower.jpg --product 10x15 --copies 2 \\
      --name "Alice Ferrand" --address "12 Rue des Lilas" \\
      --postcode 75020 --town Paris --country FR
  {prog} orders
  {prog} sign-out

{prog} COMMAND --help says more about each.

exit status:
  0    done
  1    something failed; for uploads: at least one file was not added
  2    wrong usage
  3    nobody is signed in, or no longer: sign in first
  4    denied: you said no, or allowed less than this needs
  5    a server cannot be reached; sign-out has forgotten you all the same
  6    nobody answered in the browser in time
  130  stopped with Ctrl-C

With --json, standard output is one JSON document, and sentences go to standard error.
Colours are left out when NO_COLOR is set, or when the output is no terminal.
What keeps you signed in lies in the system's keyring; where there is none, in a file
that only you can read, below ~/.local/state (or $XDG_STATE_HOME)."""


def main(options: Sequence[str], prog: str) -> int:
    """Run one command; the exit status."""
    given = _parser(prog).parse_args([_word(option) for option in options])
    terminal = Terminal(as_json=given.json)
    wire.use(ThisMachine())
    try:
        status: int = given.run(given, terminal)
        sys.stdout.flush()
    except Failure as failure:
        terminal.problem(str(failure))
        return failure.status
    except KeyboardInterrupt:
        terminal.problem("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Failure.status
    return status


def _word(option: str) -> str:
    """One id in sixty-four begins like an option; no option is as long as an id."""
    return f"{ID}{option}" if LIKE_OPTION.fullmatch(option) else option


def _parser(prog: str) -> ArgumentParser:
    parser = ArgumentParser(
        prog=prog,
        description=ABOUT,
        epilog=EXAMPLES.format(prog=prog),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    shared = _shared()
    found = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(within: object, name: str, run: object, about: str) -> ArgumentParser:
        made: ArgumentParser = within.add_parser(  # type: ignore[attr-defined]
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            parents=[shared],
            allow_abbrev=False,
        )
        made.set_defaults(run=run)
        return made

    _sign_in(command(found, "sign-in", commands.sign_in, "sign in, in your browser"))
    command(
        found, "status", commands.status, "say who is signed in, and what is allowed"
    )
    pictures = found.add_parser("photos", help="list your photos, or upload new ones")
    kinds = pictures.add_subparsers(metavar="COMMAND", required=True)
    _limit(
        command(
            kinds,
            "list",
            commands.list_photos,
            "list what this program added to your library",
        ),
        25,
    )
    _upload(command(kinds, "upload", commands.upload, "add photos to your library"))
    command(found, "products", order_commands.products, "list what the shop makes")
    _order(command(found, "order", order_commands.order, "order prints"))
    _limit(
        command(
            found,
            "orders",
            order_commands.orders,
            "list what was ordered with this program",
        ),
        10,
    )
    command(
        found,
        "sign-out",
        commands.sign_out,
        "end this program's access, and forget it here even if the server is down",
    )
    return parser


def _shared() -> ArgumentParser:
    """What every command takes."""
    shared = ArgumentParser(add_help=False)
    group = shared.add_argument_group("everywhere")
    group.add_argument(
        "--shop",
        default=os.environ.get("PRINTSHOP_DESKTOP_SHOP", SHOP),
        metavar="URL",
        help="the shop's address (default: $PRINTSHOP_DESKTOP_SHOP, or %(default)s)",
    )
    group.add_argument(
        "--json", action="store_true", help="print one JSON document instead"
    )
    return shared


def _sign_in(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--photos",
        default=os.environ.get("PRINTSHOP_DESKTOP_PHOTOS", PHOTOS),
        metavar="URL",
        help="the photo service's address (default: $PRINTSHOP_DESKTOP_PHOTOS, or "
        "%(default)s)",
    )
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--device",
        action="store_true",
        help="show a code to type in on another device; over SSH, and where there is "
        "no browser, this is how it goes anyhow",
    )
    ways.add_argument(
        "--no-browser",
        action="store_true",
        help="only print the address, to be opened by you on this computer",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=0,
        metavar="N",
        help="listen here for the browser's answer; if it is taken, or without this, "
        "on any free port",
    )
    parser.add_argument(
        "--timeout",
        type=_number,
        default=600,
        metavar="SECONDS",
        help="give up after that long (default: %(default)s)",
    )


def _upload(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--album",
        default="",
        metavar="TITLE",
        help="put them into the album of that title; it is made if there is none",
    )


def _order(parser: ArgumentParser) -> None:
    parser.add_argument(
        "photos_to_print",
        nargs="+",
        metavar="PHOTO",
        help="a file, or the id of a photo that `photos list` shows",
    )
    parser.add_argument("--product", required=True, help="as `products` calls it")
    parser.add_argument(
        "--copies", type=_number, default=1, metavar="N", help="of each (default: 1)"
    )
    parser.add_argument("--finish", default="", help="as `products` names them")
    parser.add_argument(
        "--fit", action="store_true", help="the whole photo, with a white border"
    )
    parser.add_argument(
        "--accept-low-resolution",
        action="store_true",
        help="print photos with too few pixels all the same",
    )
    parser.add_argument("--express", action="store_true", help="send it faster")
    parser.add_argument(
        "--yes",
        action="store_true",
        help="order without asking whether the price is right",
    )
    to = parser.add_argument_group("where it goes")
    for name, about in (
        ("name", "of whoever gets it"),
        ("address", "street and number"),
        ("postcode", None),
        ("town", None),
        ("country", "two letters, such as FR"),
    ):
        to.add_argument(f"--{name}", required=True, help=about)
    to.add_argument("--email", default="", help="is told how far it is")


def _limit(parser: ArgumentParser, default: int) -> None:
    parser.add_argument(
        "--limit",
        type=_number,
        default=default,
        metavar="N",
        help="no more than the newest so many (default: %(default)s)",
    )


def _number(text: str) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= 1_000_000:  # noqa: PLR2004
        return int(text)
    raise ArgumentTypeError("a number from 1 on")


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535:  # noqa: PLR2004
        return int(text)
    raise ArgumentTypeError("a number from 1 to 65535")

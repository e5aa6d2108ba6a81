"""What each command does: one function each, which returns the exit status."""

from argparse import Namespace
from pathlib import Path

from printshop.desktop import ordering, photos, signing_in, tokens, uploads
from printshop.desktop.access import Access
from printshop.desktop.device_grant import Codes
from printshop.desktop.discovery import address, discover, server
from printshop.desktop.failures import (
    DONE,
    Denied,
    Failure,
    SignInFirst,
    Unreachable,
)
from printshop.desktop.keeping import Keeper, Kept
from printshop.desktop.registration import MEANING
from printshop.desktop.signing_in import Telling
from printshop.desktop.terminal import Terminal

SOME_FAILED = Failure.status


def sign_in(given: Namespace, terminal: Terminal) -> int:
    """In the browser, or else by a code; what was there before is given back."""
    world = discover(address(given.shop), address(given.photos))
    keeper = Keeper(world.shop)
    telling = Telling(
        browser=lambda url, opening: _send_to_browser(terminal, url, opening),
        device=lambda codes: _show_codes(terminal, codes),
    )
    if given.device or not (given.no_browser or signing_in.has_browser()):
        kept = signing_in.by_device(world, telling, seconds=given.timeout)
    else:
        kept = signing_in.by_browser(
            world,
            telling,
            port=given.port,
            seconds=given.timeout,
            opening=not given.no_browser,
        )
    with keeper.alone():
        _give_back(keeper, kept.sub)
        where = keeper.keep(kept)
    terminal.say(f"You are signed in{_as(kept)}.", "green")
    if terminal.as_json:
        terminal.document(_told(kept, where))
        return DONE
    missing = [MEANING[s] for s in MEANING if s not in kept.scope.split()]
    if missing:
        terminal.say(f"You did not allow it to: {'; '.join(missing)}.")
    terminal.say(f"What keeps you signed in lies in {where}.")
    return DONE


def status(given: Namespace, terminal: Terminal) -> int:
    """Who is signed in, and whether it is still good."""
    keeper = Keeper(address(given.shop))
    access = Access(keeper)
    kept, problem = access.kept, None
    try:
        access.token(kept.issuer)
    except SignInFirst:
        raise
    except Failure as error:
        problem = error
    where = keeper.where
    if terminal.as_json:
        terminal.document({**_told(kept, where), "works": problem is None})
    else:
        terminal.facts(
            [
                ("Signed in as", kept.name or kept.sub),
                ("Account at", kept.issuer),
                ("Shop", kept.shop),
                ("Photo service", kept.photos),
                ("May", "\n".join(_allowed(kept)) or "do nothing more"),
                ("Kept in", where),
            ]
        )
    if problem:
        raise problem
    return DONE


def sign_out(given: Namespace, terminal: Terminal) -> int:
    """Give the tokens back, and forget them whatever the server says."""
    keeper = Keeper(address(given.shop))
    with keeper.alone():
        try:
            kept = keeper.find(to_end_it=True)
        except SignInFirst as damaged:
            raise Failure(
                "What was kept of your sign-in was damaged, and is gone. The server "
                "could not be told: end the program's access in your account there."
            ) from damaged
        finally:
            keeper.forget()
            ordering.forget(keeper.shop)
    if kept is None:
        terminal.say("Nobody was signed in.")
        return DONE
    try:
        tokens.revoke(server(kept.issuer), kept.refresh_token)
    except Unreachable as error:
        raise Unreachable(
            f"You are signed out here, but the server could not be told. {error} End "
            f"its access there: {kept.issuer}/apps/"
        ) from error
    terminal.say("You are signed out, and the program's access has ended.", "green")
    return DONE


def list_photos(given: Namespace, terminal: Terminal) -> int:
    """What this program added, the newest first."""
    found = list(photos.listed(_access(given), given.limit))
    if terminal.as_json:
        terminal.document([photo.told() for photo in found])
        return DONE
    if not found:
        terminal.say("This program has added no photos yet.")
        return DONE
    terminal.table(
        ("id", "name", "pixels", "taken"),
        (
            (p.id, p.name, f"{p.width} × {p.height}", p.taken[:16].replace("T", " "))
            for p in found
        ),
    )
    return DONE


def upload(given: Namespace, terminal: Terminal) -> int:
    """Each file by itself: a bad one does the others no harm."""
    access = _access(given)
    album = photos.album(access, given.album) if given.album else ""
    outcomes: list[dict[str, str]] = []
    for path in given.files:
        size = path.stat().st_size if path.is_file() else 0
        with terminal.progress(path.name, size) as advance:
            outcome = _uploaded(access, path, album, advance)
        outcomes.append(outcome)
        if "problem" in outcome:
            terminal.problem(f"✗ {path}: {outcome['problem']}")
        else:
            terminal.say(f"✓ {path}")
    return _summed_up(outcomes, terminal)


def _summed_up(outcomes: list[dict[str, str]], terminal: Terminal) -> int:
    if terminal.as_json:
        terminal.document(outcomes)
    failed = sum("problem" in outcome for outcome in outcomes)
    added = len(outcomes) - failed
    terminal.say(f"{added} added, {failed} not." if failed else f"{added} added.")
    return SOME_FAILED if failed else DONE


def _uploaded(
    access: Access, path: Path, album: str, advance: uploads.Advance
) -> dict[str, str]:
    """What became of one file; what concerns all of them is raised."""
    try:
        photo = uploads.add(access, path, album, advance)
    except (SignInFirst, Denied, Unreachable):
        raise
    except Failure as error:
        return {"file": str(path), "problem": str(error)}
    return {"file": str(path), "id": photo.id}


def _access(given: Namespace) -> Access:
    return Access(Keeper(address(given.shop)))


def _allowed(kept: Kept) -> list[str]:
    return [MEANING[scope] for scope in MEANING if scope in kept.scope.split()]


def _as(kept: Kept) -> str:
    return f" as {kept.name}" if kept.name else ""


def _told(kept: Kept, where: str) -> dict[str, object]:
    """For ``--json``: everything but the token."""
    return {
        "name": kept.name,
        "sub": kept.sub,
        "issuer": kept.issuer,
        "shop": kept.shop,
        "photos": kept.photos,
        "scope": kept.scope,
        "kept_in": where,
    }


def _give_back(keeper: Keeper, sub: str) -> None:
    """What was kept before, as far as it can be read and the server be told."""
    try:
        if old := keeper.find(to_end_it=True):
            if old.sub != sub:
                ordering.forget(keeper.shop)
            tokens.revoke(server(old.issuer), old.refresh_token)
    except Failure:
        return


def _send_to_browser(terminal: Terminal, url: str, opening: bool) -> None:
    if opening:
        terminal.say("Your browser opens. If it does not, open this address in it:")
    else:
        terminal.say("Open this address in a browser on this computer:")
    terminal.say(f"\n{url}\n")
    terminal.say("Waiting for you to come back … (Ctrl-C gives up)")


def _show_codes(terminal: Terminal, codes: Codes) -> None:
    terminal.say("On any device with a browser, open")
    terminal.say(f"\n    {codes.verification_uri}\n")
    terminal.say("and type in this code:")
    terminal.say(f"\n    {codes.user_code}\n", "bold")
    terminal.say(
        f"It is good for {codes.expires_in // 60} minutes. Waiting … (Ctrl-C gives up)"
    )

"""The commands that have to do with prints."""

from argparse import Namespace
from typing import Any

from printshop.desktop import ordering
from printshop.desktop.access import Access
from printshop.desktop.discovery import address
from printshop.desktop.failures import DONE, Denied
from printshop.desktop.keeping import Keeper
from printshop.desktop.ordering import Told, Wanted
from printshop.desktop.terminal import Terminal


def products(given: Namespace, terminal: Terminal) -> int:
    """What can be ordered, and what it costs."""
    found = ordering.products(_access(given))
    if terminal.as_json:
        terminal.document(found)
        return DONE
    terminal.table(
        ("product", "price", "photos", "finishes", "what it is"),
        (
            (
                one["sku"],
                _money(one["unitCost"]),
                _photos(one["photos"]),
                ", ".join(one["finishes"]),
                one["description"],
            )
            for one in found
        ),
    )
    return DONE


def order(given: Namespace, terminal: Terminal) -> int:
    """Say what it costs, ask, and order."""
    access = _access(given)
    about = ordering.product(access, given.product)
    wanted = _wanted(given, access)
    quote = ordering.quote(access, wanted, about)
    _show(quote, wanted, terminal)
    if not given.yes and not terminal.confirm("Order this?"):
        raise Denied("Nothing was ordered.")
    made = ordering.place(access, wanted, about)
    if terminal.as_json:
        terminal.document(made)
    terminal.say(f"Order {made['id']} is placed.", "green")
    for issue in made["status"]["issues"]:
        terminal.say(issue["description"])
    terminal.say("It goes on the shop's account: nothing to pay here.")
    return DONE


def orders(given: Namespace, terminal: Terminal) -> int:
    """Those which this program placed."""
    found = list(ordering.orders(_access(given), given.limit))
    if terminal.as_json:
        terminal.document(found)
        return DONE
    if not found:
        terminal.say("This program has ordered nothing yet.")
        return DONE
    terminal.table(
        ("order", "placed", "what", "costs", "how far", "sent to"),
        (
            (
                one["id"],
                one["created"][:16].replace("T", " "),
                _what(one),
                _money(one["costSummary"]["totalCost"]),
                _how_far(one["status"]),
                one["recipient"]["name"],
            )
            for one in found
        ),
    )
    return DONE


def _access(given: Namespace) -> Access:
    return Access(Keeper(address(given.shop)))


def _wanted(given: Namespace, access: Access) -> Wanted:
    choices: dict[str, Any] = {}
    if given.fit:
        choices["sizing"] = "fitPrintArea"
    if given.finish:
        choices["attributes"] = {"finish": given.finish}
    recipient: dict[str, Any] = {
        "name": given.name,
        "address": {
            "line1": given.address,
            "postalOrZipCode": given.postcode,
            "townOrCity": given.town,
            "countryCode": given.country.upper(),
        },
    }
    if given.email:
        recipient["email"] = given.email
    return Wanted(
        sku=given.product,
        copies=given.copies,
        shipping="Express" if given.express else "Standard",
        recipient=recipient,
        sources=[ordering.source(access, text) for text in given.photos_to_print],
        choices=choices,
        accept_low_resolution=given.accept_low_resolution,
    )


def _show(quote: Told, wanted: Wanted, terminal: Terminal) -> None:
    summary = quote["costSummary"]
    names = ", ".join(source.name for source in wanted.sources)
    where = wanted.recipient["address"]
    rows = [
        ("Photos", names),
        ("Product", f"{wanted.sku}, copies of each: {wanted.copies}"),
        ("Prints", _money(summary["items"])),
        (f"Sending ({wanted.shipping})", _money(summary["shipping"])),
        ("Together", _money(summary["totalCost"])),
        (
            "To",
            f"{wanted.recipient['name']}, {where['line1']}, "
            f"{where['postalOrZipCode']} {where['townOrCity']}, {where['countryCode']}",
        ),
    ]
    if not terminal.as_json:
        terminal.facts(rows)


def _what(one: Told) -> str:
    """As many of which product."""
    counts: dict[str, int] = {}
    for item in one["items"]:
        counts[item["sku"]] = counts.get(item["sku"], 0) + item["copies"]
    return ", ".join(f"{count} × {sku}" for sku, count in counts.items())


def _how_far(status: Told) -> str:
    stages = {"InProgress": "being made", "Complete": "sent", "Cancelled": "cancelled"}
    told = stages.get(status["stage"], str(status["stage"]))
    return f"{told}: {status['issues'][0]['description']}" if status["issues"] else told


def _photos(takes: Told) -> str:
    fewest, most = takes["fewest"], takes["most"]
    return str(most) if fewest == most else f"{fewest} to {most}"


def _money(amount: Told) -> str:
    return f"{amount['amount']} {amount['currency']}"

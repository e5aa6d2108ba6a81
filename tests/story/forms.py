"""The forms of a page, as a browser without script reads them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


@dataclass
class Form:
    """One form: where it goes, and what it sends when nothing is changed."""

    action: str = ""
    method: str = "get"
    values: list[tuple[str, str]] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Every name that the form could send."""
        return {name for name, _ in [*self.values, *self.choices, *self.buttons]}

    def filled(self, changes: dict[str, str | list[str]]) -> list[tuple[str, str]]:
        """What is sent after these changes; a list stands for a repeated name."""
        kept = [(name, value) for name, value in self.values if name not in changes]
        for name, value in changes.items():
            values = [value] if isinstance(value, str) else value
            kept += [(name, one) for one in values]
        return kept


def forms_of(page: str) -> list[Form]:
    """All forms of an HTML page, in its order."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower()
            self.forms.append(Form(given.get("action", ""), method))
            self.inside = True
        elif self.inside and tag in ("input", "button", "select", "option", "textarea"):
            self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        kind = given.get("type", "submit" if tag == "button" else "text")
        pair = (name, given.get("value", "on" if kind == "checkbox" else ""))
        if tag == "select":
            self.select = name
        elif tag == "option":
            form.choices.append((self.select, given.get("value", "")))
            if "selected" in given:
                form.values.append((self.select, given.get("value", "")))
        elif not name:
            return
        elif kind in ("submit", "image"):
            form.buttons.append(pair)
        elif kind in ("checkbox", "radio"):
            form.choices.append(pair)
            if "checked" in given and "disabled" not in given:
                form.values.append(pair)
        else:
            form.values.append(pair)

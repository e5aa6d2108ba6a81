"""Form fields that several pages have."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LinkField(forms.URLField):
    """The address of a page of somebody else's, which people may follow."""

    default_validators = [URLValidator(schemes=["https", "http"])]

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", **options)


class LongSelect(forms.Select):
    """A choice among hundreds: with a template for each, a page takes 0.1 s longer."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """The same as Django's template gives, but for groups: there may be none."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], flatatt(option["attrs"]), option["label"])
                for _, group, _ in widget["optgroups"]
                for option in group
            ),
        )
        own = flatatt({"name": widget["name"], **widget["attrs"]})
        return format_html("<select{}>{}</select>", own, options)

"""What one thing in the cart is to be."""

from django import forms
from django.http import QueryDict

from printshop.cart import MOST_COPIES
from printshop.products import PAPER, Finish, Product


class ChangeForm(forms.Form):
    """Copies and paper, or frame, of one thing."""

    finish = forms.TypedChoiceField(coerce=Finish)
    copies = forms.IntegerField(min_value=1, max_value=MOST_COPIES)

    def __init__(self, data: QueryDict, product: Product) -> None:
        """A frame is no paper."""
        super().__init__(data)
        self.fields["finish"].choices = [(f, f.label) for f in product.finishes]  # type: ignore[attr-defined]

    @property
    def complaint(self) -> str:
        """What is wrong, in one sentence."""
        if "copies" in self.errors:
            return f"Copies are a number from 1 to {MOST_COPIES}; nothing was changed."
        return "This product does not come like that; nothing was changed."


class ChangeAllForm(forms.Form):
    """The same for everything in the cart; what is left open stays as it is."""

    paper = forms.TypedChoiceField(
        choices=[("", "As they are"), *((finish, finish.label) for finish in PAPER)],
        coerce=Finish,
        empty_value=None,
        required=False,
        label_suffix="",
    )
    copies = forms.IntegerField(
        min_value=1, max_value=MOST_COPIES, required=False, label_suffix=""
    )


class AgainForm(forms.Form):
    """Which press of a button it is that fills the cart."""

    token = forms.UUIDField(widget=forms.HiddenInput)

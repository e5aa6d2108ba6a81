"""How one photo lies on its paper, and what it is printed on."""

from django import forms
from django.http import QueryDict

from printshop.arranging import Arrangement
from printshop.cart import MOST_COPIES
from printshop.crops import Crop
from printshop.models.items import Placement
from printshop.products import Resolution, Sizing

FARTHEST = 10_000_000  # pixels; sums of such numbers fit everywhere
EDGES = ("left", "top", "width", "height")


class ArrangementForm(forms.Form):
    """What decides how the print looks; the numbers are the frame's on the photo."""

    rotation = forms.TypedChoiceField(
        choices=[(turn, turn) for turn in (0, 90, 180, 270)], coerce=int
    )
    sizing = forms.ChoiceField(choices=Sizing.choices)
    left = forms.IntegerField(min_value=0, max_value=FARTHEST)
    top = forms.IntegerField(min_value=0, max_value=FARTHEST)
    width = forms.IntegerField(min_value=1, max_value=FARTHEST)
    height = forms.IntegerField(min_value=1, max_value=FARTHEST)

    def __init__(
        self,
        data: QueryDict | None,
        placement: Placement,
        initial: dict[str, object] | None = None,
    ) -> None:
        """Know the photo, whose pixels decide what can be printed."""
        super().__init__(data, initial=initial, label_suffix="")
        self.saved = Arrangement.of(placement)

    @property
    def sent(self) -> Arrangement:
        """What was sent, or the nearest that can be printed."""
        sent = self.cleaned_data
        return self.saved.changed(
            rotation=sent["rotation"],
            sizing=Sizing(sent["sizing"]),
            crop=Crop(*(sent[edge] for edge in EDGES)),
        )


class EditForm(ArrangementForm):
    """The same, with what the whole item is made of."""

    finish = forms.ChoiceField()
    copies = forms.IntegerField(min_value=1, max_value=MOST_COPIES)
    confirmed = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None, placement: Placement) -> None:
        """Begin with what is saved."""
        item = placement.item
        saved = {
            "finish": item.finish,
            "copies": item.copies,
            "confirmed": placement.confirmed,
        }
        super().__init__(data, placement, saved)
        self.fields["finish"].choices = [  # type: ignore[attr-defined]
            (finish.value, finish.label) for finish in item.product.finishes
        ]

    @property
    def now(self) -> Arrangement:
        """What was sent, if it made sense; else what is saved."""
        unusable = set(self.errors) & {"rotation", "sizing", *EDGES}
        return self.saved if unusable or not self.is_bound else self.sent

    @property
    def is_wanted(self) -> bool:
        """A print that will look blurred must be; says so where it is not."""
        blurred = self.now.resolution == Resolution.POOR
        if blurred and not self.cleaned_data["confirmed"]:
            self.add_error(
                "confirmed",
                f"Only {self.now.ppi} pixels per inch would be left."
                " Show more of the photo, or tick to print it anyway.",
            )
            return False
        return True

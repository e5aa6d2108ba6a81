"""The print queue: what is to be printed, its files, and what is said about it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST

from printshop import pressing
from printshop.forms import COUNTRIES
from printshop.fulfilment import placements
from printshop.models.orders import Order, Stage
from printshop.models.stages import OrderStage
from printshop.office import files
from printshop.office.site import Reading
from printshop.pressing import Event

QUEUE = (Stage.RENDERED, Stage.PRINTING, Stage.PROBLEM)
PICTURES = 60


class Where(admin.SimpleListFilter):
    """The queue, unless somebody asks for other orders."""

    title = "where they are"
    parameter_name = "where"
    stages = {
        None: QUEUE,
        "before": (Stage.PAYING, Stage.RECEIVED, Stage.FETCHED),
        "problem": (Stage.PROBLEM,),
        "shipped": (Stage.SHIPPED,),
        "cancelled": (Stage.CANCELLED,),
        "all": tuple(Stage),
    }
    words = {
        None: "At the press",
        "before": "On their way to it",
        "problem": "Stopped",
        "shipped": "Shipped",
        "cancelled": "Cancelled",
        "all": "All",
    }

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        """What there is besides the queue."""
        return [(name, words) for name, words in self.words.items() if name]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The queue takes the place of Django's All, which is no filter."""
        first, *others = super().choices(changelist)
        yield {**first, "display": self.words[None]}
        yield from others

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Order]
    ) -> QuerySet[Order]:
        """Orders at these stages."""
        return queryset.filter(stage__in=self.stages.get(self.value(), QUEUE))


class EventForm(forms.Form):
    """Something that happened, and a few words about it."""

    event = forms.ChoiceField(choices=Event.choices)
    words = forms.CharField(required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        """A problem is explained to the customer; a parcel's number is short."""
        cleaned = self.cleaned_data
        words, event = cleaned.get("words", ""), cleaned.get("event")
        if event == Event.PROBLEM and not words:
            self.add_error("words", "Say what the customer should know.")
        if event == Event.SHIPPED and len(words) > TRACKING:
            self.add_error("words", "The number of a parcel is shorter.")
        return cleaned


TRACKING = 40


class OrderOffice(Reading):
    """Orders, without carts: a cart is nobody's business."""

    heading = "Print queue"
    list_display = ("number", "stage", "things", "shipping", "since", "waits", "pdf")
    list_filter = (Where,)
    search_fields = ("number", "reference", "name")
    show_facets = admin.ShowFacets.NEVER
    ordering = ("created_at",)
    actions = ("say_printing", "say_shipped", "say_resume")
    readonly_fields = ("address",)
    fieldsets = (
        (None, {"fields": ("stage", "problem", "address", "shipping", "tracking")}),
        ("From", {"fields": ("customer", "email", "client_id", "reference")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """With what the list says of each."""
        stages = OrderStage.objects.filter(order=OuterRef("pk")).order_by("-at")
        moved = Subquery(stages.values("at")[:1])
        return Order.objects.placed().annotate(copied=Sum("items__copies"), moved=moved)

    @admin.display(description="to")
    def address(self, order: Order) -> SafeString:
        """As it stands on the parcel."""
        town = f"{order.postcode} {order.town}"
        country = COUNTRIES.get(order.country, ("", ""))[0]
        lines = (order.name, order.line1, order.line2, town, country)
        return format_html_join(mark_safe("<br>"), "{}", ([x] for x in lines if x))

    @admin.display(description="things")
    def things(self, order: Order) -> int:
        """How many are to be made."""
        return int(vars(order)["copied"] or 0)

    @admin.display(description="since", ordering="moved")
    def since(self, order: Order) -> Any:
        """When it came where it is."""
        return vars(order)["moved"]

    @admin.display(description="waits for")
    def waits(self, order: Order) -> str:
        """Why it does not move."""
        return order.problem

    @admin.display(description="job")
    def pdf(self, order: Order) -> SafeString | str:
        """The file for the press."""
        if not order.print_file:
            return ""
        address = reverse("admin:job_pdf", args=[order.pk])
        return format_html('<a href="{}">PDF</a>', address)

    @admin.action(description="They are being printed")
    def say_printing(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """Rendered → printing."""
        self._say_of_all(request, orders, Event.PRINTING)

    @admin.action(description="They have been shipped")
    def say_shipped(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """Printing → shipped, without numbers of parcels."""
        self._say_of_all(request, orders, Event.SHIPPED)

    @admin.action(description="They can go on")
    def say_resume(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """Stopped → where they were."""
        self._say_of_all(request, orders, Event.RESUME)

    def _say_of_all(
        self, request: HttpRequest, orders: QuerySet[Order], event: Event
    ) -> None:
        for order in orders:
            self._say(request, order, event)

    def _say(
        self, request: HttpRequest, order: Order, event: Event, words: str = ""
    ) -> None:
        """Record it, with who said so; or say why not."""
        before = order.get_stage_display().lower()
        if pressing.happened(order, event, words):
            self.log_change(request, order, f"{event.label}. {words}".strip())
            messages.success(request, f"{order}: {event.label.lower()}.")
        else:
            messages.error(request, f"{order} is not there: {before}.")

    def get_urls(self) -> list[URLPattern]:
        """Three more for each order."""
        guarded = self.admin_site.admin_view
        say = guarded(require_POST(self.say))
        pdf = partial(files.job, field="print_file")
        ticket = partial(files.job, field="job_ticket")
        mine: Sequence[URLPattern] = [
            path("<int:pk>/say/", say, name="order_say"),
            path("<int:pk>/job.pdf", guarded(pdf), name="job_pdf"),
            path("<int:pk>/job.json", guarded(ticket), name="job_ticket"),
            path(
                "<int:pk>/pictures/<uuid:placement>.jpg",
                guarded(files.picture),
                name="job_picture",
            ),
        ]
        return [*mine, *super().get_urls()]

    def say(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One event of one order."""
        order = get_object_or_404(Order.objects.placed(), pk=pk)
        form = EventForm(request.POST)
        if form.is_valid():
            event = Event(form.cleaned_data["event"])
            self._say(request, order, event, form.cleaned_data["words"])
        else:
            for error in form.errors.get("words", ["This is not an event."]):
                messages.error(request, str(error))
        return redirect("admin:printshop_order_change", pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """An order with its pictures, and what may be said of it."""
        found = self.get_object(request, object_id)
        shown = {}
        if isinstance(found, Order):
            pictures = placements(found).exclude(print_file="")
            shown = {
                "events": pressing.allowed(found),
                "items": found.items.annotate(photos=Count("placements")),
                "pictures": pictures[:PICTURES],
                "tracking": TRACKING,
            }
        return super().change_view(request, object_id, form_url, shown)

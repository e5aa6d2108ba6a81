"""Many photos for measuring: there quickly, counted right, gone without a trace."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from photo_cast import ALICE, App, Issuer, Library, told

from photos_api import copies
from photos_api.models import Original, Person, Photo, PhotoMonth
from photos_api.models.picking import Pick, PickingSession

pytestmark = pytest.mark.django_db
PICTURES = 2


@pytest.fixture(autouse=True)
def few_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "PICTURES", PICTURES)
    monkeypatch.setattr(copies, "BATCH", 70)


def make_million(*options: str, person: str = ALICE) -> str:
    said = StringIO()
    call_command("make_million", "--person", person, *options, stdout=said)
    return said.getvalue()


def counted(person: Person) -> int:
    return PhotoMonth.objects.of(person).aggregate(n=Sum("photos"))["n"] or 0


def test_as_many_photos_as_were_asked_for_share_a_few_pictures(alice: Person) -> None:
    make_million("--photos", "200", "--years", "3")
    photos = Photo.objects.owned_by(alice)
    assert photos.count() == counted(alice) == 200
    assert Original.objects.count() == PICTURES
    years = set(photos.values_list("creation_time__year", flat=True))
    assert len(years) >= 3
    months = PhotoMonth.objects.of(alice)
    assert {(m.first_day.year, m.first_day.month) for m in months} == set(
        photos.values_list("creation_time__year", "creation_time__month")
    )


def test_doing_it_again_changes_nothing_and_more_adds_what_is_missing(
    alice: Person,
) -> None:
    make_million("--photos", "150")
    before = set(Photo.objects.values_list("pk", flat=True))
    assert "150 photos" in make_million("--photos", "150")
    assert set(Photo.objects.values_list("pk", flat=True)) == before
    make_million("--photos", "151")
    assert before < set(Photo.objects.values_list("pk", flat=True))
    assert Photo.objects.count() == counted(alice) == 151


def test_an_app_finds_those_it_is_said_to_have_added(
    issuer: Issuer, shop: App, mallory: App
) -> None:
    make_million("--photos", "30", "--app", "printshop")
    page = told(shop.get("/library/v1/mediaItems", pageSize=100))
    assert len(page["mediaItems"]) == 30
    assert told(mallory.get("/library/v1/mediaItems")) == {}


def test_they_go_without_a_trace_and_take_nothing_else_along(
    alice: Person, bob: Person, library: Library
) -> None:
    own = library.photo()
    make_million("--photos", "100")
    make_million("--photos", "10", "--app", "printshop")
    made = copies.made_for(alice).first()
    assert made
    session = PickingSession.begin(alice, "printshop", 5, None)
    session.choose([own.pk, made.pk])
    library.album("Both", [own, made])
    Photo.objects.filter(pk=copies.made_for(alice)[5].pk).update(favorite=True)
    assert "100 photos removed" in make_million("--remove")
    left = Photo.objects.owned_by(alice)
    assert own in left
    assert left.count() == counted(alice) == 11
    assert list(Pick.objects.values_list("photo", flat=True)) == [own.pk]
    assert "0 photos removed" in make_million("--remove")


@pytest.mark.parametrize(
    "options", [["--photos", "-1"], ["--years", "0"], ["--remove", "--person", "x"]]
)
def test_nonsense_is_refused(alice: Person, options: list[str]) -> None:
    with pytest.raises(CommandError):
        make_million(*options)
    assert not Photo.objects.exists()

"""Crops: whatever is done to one, it can be printed; any photo, any paper."""

from hypothesis import given
from hypothesis import strategies as st

from printshop import crops
from printshop.crops import Crop
from printshop.products import PRODUCTS, Size

sides = st.integers(1, 20_000)
photos = st.builds(Size, sides, sides)
papers = st.sampled_from(
    [Size(p.short_mm, p.long_mm) for p in PRODUCTS.values()]
    + [Size(p.long_mm, p.short_mm) for p in PRODUCTS.values()]
)
anything = st.integers(-30_000, 30_000)
wild = st.builds(Crop, anything, anything, st.integers(1, 30_000), sides)


def assert_printable(crop: Crop, photo: Size, paper: Size) -> None:
    """Inside the photo, and of the paper's shape to within a pixel of either side."""
    assert crop.left >= 0
    assert crop.top >= 0
    assert crop.width >= 1
    assert crop.height >= 1
    assert crop.left + crop.width <= photo.width
    assert crop.top + crop.height <= photo.height
    width = crop.height * paper.width / paper.height
    height = crop.width * paper.height / paper.width
    assert min(abs(crop.width - width), abs(crop.height - height)) <= 1


def middle(crop: Crop) -> tuple[float, float]:
    return crop.left + crop.width / 2, crop.top + crop.height / 2


@given(photos, papers)
def test_the_crop_one_begins_with_is_as_large_as_can_be(
    photo: Size, paper: Size
) -> None:
    crop = crops.centre_crop(photo, paper)
    assert_printable(crop, photo, paper)
    assert crop.width == photo.width or crop.height == photo.height
    across, down = middle(crop)
    assert abs(across - photo.width / 2) <= 0.5
    assert abs(down - photo.height / 2) <= 0.5


@given(wild, photos, papers)
def test_whatever_a_browser_sends_can_be_printed(
    crop: Crop, photo: Size, paper: Size
) -> None:
    for nearest in (crops.clamp, crops.fit_to):
        kept = nearest(crop, photo, paper)
        assert_printable(kept, photo, paper)
        assert nearest(kept, photo, paper) == kept  # what was shown is what is saved


@given(wild, photos, papers, anything, anything)
def test_moving_changes_the_place_only(
    crop: Crop, photo: Size, paper: Size, right: int, down: int
) -> None:
    crop = crops.clamp(crop, photo, paper)
    moved = crops.move(crop, photo, right=right, down=down)
    assert_printable(moved, photo, paper)
    assert moved.size == crop.size
    assert abs(moved.left - crop.left) <= abs(right)
    assert abs(moved.top - crop.top) <= abs(down)


@given(wild, photos, papers, st.sampled_from([50, 80, 90, 110, 125, 200]))
def test_zooming_keeps_to_the_limits_and_goes_the_right_way(
    crop: Crop, photo: Size, paper: Size, percent: int
) -> None:
    crop = crops.clamp(crop, photo, paper)
    zoomed = crops.zoom(crop, photo, paper, percent)
    assert_printable(zoomed, photo, paper)
    least, most = crops.smallest(photo, paper), crops.largest(photo, paper)
    assert least.width <= zoomed.width <= most.width
    assert least.height <= zoomed.height <= most.height
    if percent > 100:
        assert zoomed.width <= crop.width
    else:
        assert zoomed.width >= crop.width
        assert zoomed.left <= crop.left
        assert zoomed.top <= crop.top


@given(photos, papers)
def test_zooming_out_often_enough_shows_as_much_as_at_first(
    photo: Size, paper: Size
) -> None:
    crop = crops.clamp(Crop(0, 0, 1, 1), photo, paper)
    for _ in range(20):
        crop = crops.zoom(crop, photo, paper, 50)
    start = crops.centre_crop(photo, paper)
    assert abs(crop.width - start.width) <= 1
    assert abs(crop.height - start.height) <= 1


@given(wild, photos, papers)
def test_turning_round_once_changes_nothing(
    crop: Crop, photo: Size, paper: Size
) -> None:
    crop = crops.clamp(crop, photo, paper)
    turned, lying = crop, photo
    for _ in range(4):
        turned, lying = crops.turn(turned, lying, 1), lying.turned()
        paper = paper.turned()
        assert_printable(turned, lying, paper)
        assert crops.clamp(turned, lying, paper) == turned
    assert turned == crop
    assert crops.turn(crop, photo, -1) == crops.turn(crop, photo, 3)


def test_turning_keeps_what_is_seen() -> None:
    top_left = Crop(0, 0, 30, 20)
    assert crops.turn(top_left, Size(300, 200), 1) == Crop(180, 0, 20, 30)  # top right
    assert crops.turn(top_left, Size(300, 200), 2) == Crop(270, 180, 30, 20)
    assert crops.turn(top_left, Size(300, 200), 3) == Crop(0, 270, 20, 30)


@given(wild, photos, papers, papers)
def test_other_paper_shows_what_was_chosen_before_and_perhaps_more(
    crop: Crop, photo: Size, paper: Size, other: Size
) -> None:
    crop = crops.clamp(crop, photo, paper)
    fitted = crops.fit_to(crop, photo, other)
    assert_printable(fitted, photo, other)
    if fitted.width < photo.width and fitted.height < photo.height:
        assert fitted.left <= crop.left
        assert fitted.top <= crop.top
        assert fitted.left + fitted.width >= crop.left + crop.width - 1
        assert fitted.top + fitted.height >= crop.top + crop.height - 1

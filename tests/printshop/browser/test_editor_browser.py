"""The crop editor in Chromium: what is on the screen is what will be on the paper."""

import io
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from live import Shop, Visitor, eventually, opened
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from provider import Photo
from tabs import judge, tab

from printshop import crops
from printshop.crops import Crop
from printshop.products import PRODUCTS, Size

WIDE, HIGH = 1800, 1200
WIDTHS = [390, 1280]
Edges = tuple[int, int, int, int]  # left, top, width, height


def chart() -> Photo:
    """A photo whose colour tells the place: redder to the right, greener below."""
    across = Image.linear_gradient("L").rotate(90).resize((WIDE, HIGH))
    down = Image.linear_gradient("L").resize((WIDE, HIGH))
    image = Image.merge("RGB", (across, down, Image.new("L", (WIDE, HIGH), 128)))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=95)
    return Photo("chart", written.getvalue(), WIDE, HIGH, filename="chart.jpg")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A web process, and a photo service with two charts."""
    charts = [chart(), Photo("other", chart().content, WIDE, HIGH)]
    with opened(tmp_path_factory.mktemp("shop"), *charts) as shop:
        yield shop


@pytest.fixture(scope="module")
def alice(shop: Shop) -> Visitor:
    """Alice, with two prints of 10 × 15 cm in her cart."""
    worker = shop.worker()
    alice = Visitor(shop)
    page = alice.choose()
    eventually(lambda: alice.path(page).endswith("/products/"))
    shop.kill(worker)
    html = alice.get(page).text
    photos = re.findall(r'name="photo" value="(\d+)"', html)
    alice.post(f"{page}products/", {"photo": photos, "product": "10x15", "copies": "1"})
    return alice


@pytest.fixture
def address(alice: Visitor) -> str:
    """The editor of the first print, which is as it was offered."""
    found = re.search(r'"(/cart/items/[0-9a-f-]+/)["?]', alice.get("/cart/").text)
    assert found
    offered = {"left": "0", "top": "0", "width": str(WIDE), "height": str(HIGH)}
    made = {"rotation": "0", "sizing": "fill", "finish": "glossy", "copies": "1"}
    alice.post(found[1], offered | made | {"action": "reset"})
    return found[1]


def shown(page: Page) -> Edges:
    """The frame on the screen, in pixels of the photo."""
    edge = page.locator(".edge")
    left, top, width, height = (
        int(edge.get_attribute(name) or "") for name in ("x", "y", "width", "height")
    )
    return left, top, width, height


def sent(page: Page) -> Edges:
    """The frame as the form would send it."""
    left, top, width, height = (
        int(page.locator(f"[name={name}]").input_value())
        for name in ("left", "top", "width", "height")
    )
    return left, top, width, height


def saved(alice: Visitor, address: str) -> Edges:
    """The frame as the shop keeps it, by the page as it is without script."""
    pattern = r'class="edge" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"'
    found = re.search(pattern, alice.get(address).text)
    assert found
    left, top, width, height = map(int, found.groups())
    return left, top, width, height


def save(page: Page) -> None:
    """Press the button; ends in the cart."""
    page.get_by_role("button", name="Save, back to the cart").click()
    page.wait_for_url("**/cart/")


def at(page: Page, across: float, down: float) -> tuple[float, float]:
    """Where on the screen a place in the frame is, as shares of its sides."""
    box = page.locator(".edge").bounding_box()
    assert box
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def drag(page: Page, start: tuple[float, float], right: float, down: float) -> None:
    """With the mouse, in a few steps."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + right, start[1] + down, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_crop_on_the_screen_is_the_crop_that_is_saved(
    browser: Browser, alice: Visitor, address: str, width: int
) -> None:
    chance = random.Random(width)  # noqa: S311 - no secret
    with tab(browser, alice, width) as page:
        for _ in range(3):
            page.goto(address)
            page.locator(".stage.live").wait_for()
            page.locator(".frame").focus()
            page.keyboard.type("+++")
            for _ in range(4):
                middle, corner = at(page, 0.5, 0.5), at(page, 0.99, 0.99)
                start = chance.choice([middle, corner])
                drag(page, start, chance.randint(-40, 40), chance.randint(-40, 40))
            page.mouse.wheel(0, chance.choice([-120, 120]))
            page.keyboard.press(
                chance.choice(["ArrowLeft", "ArrowUp", "Shift+ArrowUp"])
            )
            turn = chance.choice(["Turn left", "Turn right"])
            page.get_by_role("button", name=turn).click()
            on_screen = shown(page)
            assert sent(page) == on_screen
            save(page)
            assert saved(alice, address) == on_screen


def test_hands_keys_and_wheel_do_what_they_say(
    browser: Browser, alice: Visitor, address: str
) -> None:
    with tab(browser, alice, 1280) as page:
        page.goto(address)
        frame = page.locator(".frame")
        frame.focus()
        assert shown(page) == (0, 0, 1800, 1200)
        page.keyboard.type("++++")
        left, top, wide, high = shown(page)
        assert wide < 1300
        assert abs(wide * 2 - high * 3) <= 3
        assert abs(left + wide / 2 - 900) <= 3

        page.keyboard.press("ArrowRight")
        assert shown(page) == (left + wide // 20, top, wide, high)
        page.keyboard.press("Shift+ArrowLeft")
        assert shown(page) == (left + wide // 20 - 1, top, wide, high)
        page.keyboard.press("ArrowUp")
        assert shown(page)[1] == top - high // 20

        before = shown(page)
        drag(page, at(page, 0.5, 0.5), -30, 10)
        moved = shown(page)
        assert moved[2:] == before[2:]
        assert moved[0] < before[0]
        assert moved[1] > before[1]

        drag(page, at(page, 0.995, 0.995), -60, -40)  # the corner; the opposite stays
        smaller = shown(page)
        assert smaller[:2] == moved[:2]
        assert smaller[2] < moved[2]

        page.mouse.wheel(0, 200)
        larger = f"document.querySelector('[name=width]').value > {smaller[2]}"
        eventually(lambda: page.evaluate(larger))
        page.keyboard.press("r")
        assert (
            page.locator("svg[role=group]").get_attribute("viewBox") == "0 0 1200 1800"
        )
        page.keyboard.press("0")
        assert shown(page) == (0, 0, 1200, 1800)
        drag(page, at(page, 0.5, 0.5), 500, 500)  # nowhere to go
        assert shown(page) == (0, 0, 1200, 1800)
        save(page)


def test_the_wheel_scrolls_the_page_until_the_frame_is_taken(
    browser: Browser, alice: Visitor, address: str
) -> None:
    with tab(browser, alice, 390) as page:
        page.goto(address)
        page.mouse.move(*at(page, 0.5, 0.5))
        page.mouse.wheel(0, 300)
        eventually(lambda: page.evaluate("scrollY > 0"))
        assert shown(page) == (0, 0, 1800, 1200)


def test_a_finger_moves_the_frame_and_two_change_its_size(
    browser: Browser, alice: Visitor, address: str
) -> None:
    with tab(browser, alice, 390, has_touch=True, is_mobile=True) as page:
        page.goto(address)
        page.locator(".stage.live").wait_for()
        x, y = at(page, 0.5, 0.5)
        touch = page.context.new_cdp_session(page)

        def fingers(kind: str, *points: tuple[float, float]) -> None:
            places = [{"x": a, "y": b, "id": n} for n, (a, b) in enumerate(points)]
            touch.send(
                "Input.dispatchTouchEvent",
                {"type": f"touch{kind}", "touchPoints": places},
            )

        fingers("Start", (x - 60, y), (x + 60, y))
        fingers("Move", (x - 30, y), (x + 30, y))
        fingers("End")
        smaller = shown(page)
        assert smaller[2] == pytest.approx(900, abs=60)
        fingers("Start", (x, y))
        fingers("Move", (x + 20, y + 10))
        fingers("Move", (x + 40, y + 20))
        fingers("End")
        moved = shown(page)
        assert moved[2:] == smaller[2:]
        assert moved[0] > smaller[0]
        assert moved[1] > smaller[1]
        assert page.evaluate("scrollY") == 0
        save(page)
        assert saved(alice, address) == moved


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("width", WIDTHS)
def test_frame_and_print_show_the_same_part_of_the_photo(
    browser: Browser, alice: Visitor, address: str, width: int, turns: int
) -> None:
    with tab(browser, alice, width) as page:
        page.goto(address)
        page.locator(".frame").focus()
        page.keyboard.type("+++++" + "r" * turns)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        left, top, wide, high = sent(page)
        query = f"left={left}&top={top}&width={wide}&height={high}"
        image = page.locator(".printed img")
        expect(image).to_have_attribute("src", re.compile(re.escape(query)))
        there = "document.querySelector('.printed img:not(.late)')?.complete"
        eventually(lambda: page.evaluate(there))
        screen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        answer = page.request.get(image.get_attribute("src") or "")
        printed = Image.open(io.BytesIO(answer.body())).convert("RGB")
        for across, down in [(0.1, 0.2), (0.9, 0.2), (0.1, 0.8), (0.9, 0.8)]:
            wanted = colour_of(left + wide * across, top + high * down, turns)
            x, y = at(page, across, down)
            on_paper = (int(printed.width * across), int(printed.height * down))
            for pixel in (
                screen.getpixel((int(x), int(y))),
                printed.getpixel(on_paper),
            ):
                assert isinstance(pixel, tuple)
                assert pixel[:2] == pytest.approx(wanted, abs=5)


def colour_of(x: float, y: float, turns: int) -> tuple[float, float]:
    """Red and green of the chart at a place of the turned photo."""
    high = [HIGH, WIDE][turns % 2]
    wide = [WIDE, HIGH][turns % 2]
    for _ in range(turns):  # back, a quarter at a time
        x, y = y, wide - x
        wide, high = high, wide
    return 255 * x / WIDE, 255 * y / HIGH


def test_the_advice_follows_the_frame(
    browser: Browser, alice: Visitor, address: str
) -> None:
    with tab(browser, alice, 1280) as page:
        page.goto(address)
        badge, tick = page.locator(".advice"), page.get_by_label("Print it anyway")
        expect(badge).to_have_text("304 ppi, will be sharp")
        expect(tick).to_be_hidden()
        page.locator(".frame").focus()
        page.keyboard.type("+" * 9)
        expect(badge).to_contain_text("a little soft")
        page.keyboard.type("+" * 9)
        expect(badge).to_contain_text("will look blurred")
        said = badge.inner_text()
        page.get_by_role("button", name="Save, back to the cart").click()
        expect(page.locator(".errorlist")).to_contain_text("pixels per inch")
        assert badge.inner_text() == said  # the server says the same
        tick.check()
        save(page)
        page.goto(address)
        expect(tick).to_be_checked()


def test_the_whole_photo_is_shown_with_its_border(
    browser: Browser, alice: Visitor, address: str
) -> None:
    with tab(browser, alice, 1280) as page:
        page.goto(address)
        page.locator(".frame").focus()
        page.keyboard.type("++")
        frame = shown(page)
        page.get_by_label("Whole photo, with a white border").check()
        assert shown(page) == (0, 0, 1800, 1200)
        expect(page.get_by_role("button", name="Closer")).to_be_disabled()
        page.get_by_label("Fill the paper").check()
        assert shown(page) == frame  # remembered
        page.get_by_label("Whole photo, with a white border").check()
        save(page)
        assert saved(alice, address) == (0, 0, 1800, 1200)


def test_leaving_with_something_unsaved_asks_first(
    browser: Browser, alice: Visitor, address: str
) -> None:
    with tab(browser, alice, 1280) as page:
        page.goto(address)
        page.locator(".frame").focus()
        page.keyboard.type("+")
        asked = []

        def stay(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        page.get_by_role("link", name="Your orders").click()
        page.wait_for_timeout(300)
        assert asked == ["beforeunload"]
        assert page.url.endswith(address)
        page.remove_listener("dialog", stay)
        save(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_without_script_the_buttons_do_the_same(
    browser: Browser, alice: Visitor, address: str, width: int
) -> None:
    buttons = ["Closer", "Closer", "Move the frame right", "Turn left", "Further away"]
    with tab(browser, alice, width) as page:
        page.goto(address)
        for button in buttons:
            page.get_by_role("button", name=button).click()
        with_script = shown(page)
        page.once("dialog", lambda dialog: dialog.accept())
    with tab(browser, alice, width, java_script_enabled=False) as page:
        page.goto(address)
        for button in buttons:
            page.get_by_role("button", name=button).click()
        assert shown(page) == with_script
        assert saved(alice, address) == with_script
        page.get_by_role("button", name="Save, next").click()
        assert address not in page.url
        expect(page.get_by_text("photo 2 of 2")).to_be_visible()


def test_script_and_server_count_alike(
    browser: Browser, alice: Visitor, address: str
) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    sizes = [Size(p.short_mm, p.long_mm) for p in PRODUCTS.values()]
    papers = sizes + [size.turned() for size in sizes]
    cases = []
    for _ in range(3000):
        photo = Size(chance.randint(1, 9000), chance.randint(1, 9000))
        paper, other = chance.choice(papers), chance.choice(papers)
        edges = [chance.randint(-99, 9999) for _ in range(2)]
        edges += [chance.randint(1, 9999) for _ in range(2)]
        crop = crops.fit_to(Crop(*edges), photo, paper)
        percent, turns = chance.choice([91, 95, 105, 110]), chance.choice([-1, 1, 2])
        right, down = chance.randint(-500, 500), chance.randint(-500, 500)
        wanted = [
            crop,
            crops.centre_crop(photo, paper),
            crops.zoom(crop, photo, paper, percent),
            crops.move(crop, photo, right=right, down=down),
            crops.turn(crop, photo, turns),
            crops.fit_to(crop, photo, other),
        ]
        given = [*map(plain, (photo, paper, other)), edges, percent, turns, right, down]
        cases.append((given, [plain(one) for one in wanted]))
    with tab(browser, alice, 1280) as page:
        page.goto(address)
        assert page.evaluate(COUNT, [given for given, _ in cases]) == [
            wanted for _, wanted in cases
        ]


COUNT = """async (cases) => {
    const js = await import("/static/printshop_crops.js");
    return cases.map(([photo, paper, other, edges, percent, turns, right, down]) => {
        const [left, top, width, height] = edges;
        const crop = js.fitTo({ left, top, width, height }, photo, paper);
        return [crop, js.centreCrop(photo, paper), js.zoom(crop, photo, paper, percent),
            js.move(crop, photo, right, down), js.turn(crop, photo, turns),
            js.fitTo(crop, photo, other)];
    });
}"""


def plain(value: Crop | Size) -> dict[str, int]:
    """As JSON carries it."""
    names = ("left", "top", "width", "height")
    return {name: getattr(value, name) for name in names if hasattr(value, name)}


def test_the_page_is_fit_to_be_seen(
    browser: Browser, alice: Visitor, address: str
) -> None:
    with tab(browser, alice, 1280) as page:
        page.goto(address)
        page.locator(".frame").focus()
        page.keyboard.type("+++")
        judge(page)
        save(page)

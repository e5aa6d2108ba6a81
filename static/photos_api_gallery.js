// The whole library on one page: only the photos near the window are in the document, and
// only their months are asked for. Without it the library is a list of pages.
import { Block, idOf } from "./photos_api_block.js";
import { blocks, guess, heightOf } from "./photos_api_rows.js";
import { scrubber } from "./photos_api_scrubber.js";
import { Selection } from "./photos_api_selection.js";

const TALLEST = 15_000_000; // pixels: browsers draw nothing much further down
const FAST = 400; // pixels in a frame: pictures can wait until it is over
const SETTLED = 120; // milliseconds without scrolling
const KEY = "photos.place";

const form = document.getElementById("wall");
const timeline = document.getElementById("timeline");
const links = [...document.querySelectorAll("#jump a[data-month]")];
const months = links.map(({ dataset }) => ({
  month: dataset.month,
  photos: Number(dataset.photos),
}));
const total = months.reduce((sum, month) => sum + month.photos, 0);
const selection = new Selection(form);
const near = new Set(); // blocks within a window's height of the window
let all, ruler, slider, lastTop, planned, timer;

if (total > timeline.querySelectorAll("li").length) begin();

async function begin() {
  ruler = timeline.appendChild(document.createElement("div"));
  ruler.className = "ruler";
  all = blocks(months).map((block, index) => new Block(block, index, selection));
  place();
  await all[0].load(); // until then the first page is good enough
  document.getElementById("older")?.remove();
  timeline.replaceChildren(ruler, ...all.map((block) => block.element));
  timeline.classList.replace("months", "endless");
  slider = scrubber(months, go);
  timeline.before(slider.element);
  place();
  const observer = new IntersectionObserver(notice, { rootMargin: "100% 0px" });
  for (const block of all) observer.observe(block.element);
  listen();
  comeBack();
  settle();
}

function place() {
  timeline.classList.remove("dense");
  let wall = measure();
  if (heightOf(guess(total, wall), wall) > TALLEST) {
    timeline.classList.add("dense");
    wall = measure();
  }
  for (const block of all) block.place(wall);
}

function measure() {
  const gap = Number.parseFloat(getComputedStyle(ruler).rowGap);
  return { width: timeline.clientWidth, height: ruler.offsetHeight, gap };
}

function notice(entries) {
  for (const { target, isIntersecting } of entries) {
    const block = all[Number(target.id.replace("block", ""))];
    if (isIntersecting) near.add(block);
    else if (near.delete(block)) block.clear();
  }
  plan();
}

function plan() {
  planned ??= requestAnimationFrame(draw);
}

// What is at the top of the window stays there while blocks above it change.
function draw() {
  planned = null;
  const calm = Math.abs(scrollY - lastTop) < FAST;
  lastTop = scrollY;
  const held = atTop();
  for (const block of near) block.draw(plan, calm);
  const moved = held && held.block.element.getBoundingClientRect().top + held.into;
  if (held?.into > 0 && Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
  const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
  if (atEnd) slider.show([months.at(-1)]);
  else if (held) slider.show(held.block.months);
}

function atTop() {
  const inOrder = [...near].sort((a, b) => a.index - b.index);
  const block = inOrder.find(({ element }) => element.getBoundingClientRect().bottom > 1);
  return block && { block, into: -block.element.getBoundingClientRect().top };
}

function settle() {
  lastTop = scrollY;
  draw();
}

function listen() {
  addEventListener(
    "scroll",
    () => {
      plan();
      clearTimeout(timer);
      timer = setTimeout(settle, SETTLED);
    },
    { passive: true },
  );
  let { clientWidth } = timeline;
  new ResizeObserver(() => {
    if (timeline.clientWidth === clientWidth) return;
    ({ clientWidth } = timeline);
    const held = atTop();
    place();
    if (held) go(held.block.months[0].month);
  }).observe(timeline);
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("jump").open = false;
      go(link.dataset.month);
    });
  }
  addEventListener("pagehide", remember);
  form.addEventListener("submit", () => sessionStorage.setItem(`${KEY}.back`, "1"));
}

function go(month, into = 0) {
  const block = all.find((one) => one.months.some((each) => each.month === month));
  if (!block) return;
  const shown = document.getElementById(idOf(month)) ?? block.element;
  const top = shown.getBoundingClientRect().top + scrollY + into;
  scrollTo({ top, behavior: "instant" });
  near.add(block);
  settle();
}

// Who comes back from a photo or a form finds the place where they were.
function remember() {
  const held = atTop();
  const place = held?.into > 0 ? [held.block.months[0].month, held.into] : null;
  sessionStorage.setItem(KEY, JSON.stringify(place));
}

function comeBack() {
  history.scrollRestoration = "manual";
  const [visit] = performance.getEntriesByType("navigation");
  const again = sessionStorage.getItem(`${KEY}.back`) || visit?.type !== "navigate";
  sessionStorage.removeItem(`${KEY}.back`);
  const place = again && JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  const asked = new URLSearchParams(location.search).get("from");
  if (place) go(...place);
  else if (asked) go(asked);
}

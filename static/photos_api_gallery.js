// The whole library on one page. Without it the library is a list of pages.
import { ask } from "./photos_api_block.js";
import { blocks } from "./photos_api_rows.js";
import { scrubber } from "./photos_api_scrubber.js";
import { Selection } from "./photos_api_selection.js";
import { Timeline } from "./photos_api_timeline.js";

const KEY = "photos.place";

const form = document.getElementById("wall");
const element = document.getElementById("timeline");
const links = [...document.querySelectorAll("#jump a[data-month]")];
const months = links.map(({ dataset }) => ({
  month: dataset.month,
  photos: Number(dataset.photos),
}));
const total = months.reduce((sum, month) => sum + month.photos, 0);
const selection = new Selection(form);
const timeline = new Timeline(element, selection, (shown) => slider?.show(shown));
let slider;

if (total > element.querySelectorAll("li").length) begin();

async function begin() {
  await timeline.open(blocks(months), (block, page, signal) => {
    const [from, to] = [block.months[0].month, block.months.at(-1).month];
    return ask("/months/", { from, to, page }, signal);
  });
  document.getElementById("older")?.remove();
  slider = scrubber(months, (month) => timeline.go(month));
  element.before(slider.element);
  listen();
  comeBack();
  timeline.settle();
}

function listen() {
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("jump").open = false;
      timeline.go(link.dataset.month);
    });
  }
  addEventListener("pagehide", remember);
  form.addEventListener("submit", () => sessionStorage.setItem(`${KEY}.back`, "1"));
}

// Who comes back from a photo or a form finds the place where they were.
function remember() {
  const held = timeline.atTop();
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
  if (place) timeline.go(...place);
  else if (asked) timeline.go(asked);
}

// Makes the crop editor follow hand, wheel and keys; without it each button asks the server.
// The form's hidden fields are the state: what they say is shown, and is what is saved.
import { centreCrop, fitTo, move, ppi, resize, stretch, turn, turned, whole, zoom } from "./printshop_crops.js";

const NUDGE = 20, CLOSER = 110, FURTHER = 91; // as in printshop/arranging.py
const EDGES = ["left", "top", "width", "height"];
const CORNERS = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => ({ x, y }));
const REACH = 24; // screen pixels from a corner that still take hold of it

const form = document.querySelector(".editor");
const fields = form.elements;
const stage = form.querySelector(".stage");
const svg = stage.querySelector("svg");
const frame = svg.querySelector(".frame");
const image = form.querySelector(".printed img");
const where = document.getElementById("where");

const pair = (text) => text.split(" ").map(Number);
const [short, long] = pair(form.dataset.paper);
const [width, height] = pair(form.dataset.upright);
const upright = { width, height };
const advice = Object.fromEntries(form.dataset.advice.split(";").map((one) => one.split(":")));

const now = { rotation: Number(fields.rotation.value), crop: null };
for (const edge of EDGES) now.crop = { ...now.crop, [edge]: Number(fields[edge].value) };
let dirty = false;

const sizing = () => (fields.sizing.value || "fit");
const photo = () => (now.rotation % 180 ? turned(upright) : upright);
const paper = () => (form.dataset.turns === "yes" && photo().width > photo().height ? { width: long, height: short } : { width: short, height: long });
const printed = () => (sizing() === "fit" ? whole(photo()) : now.crop);

// ---- What can be done ----

function turnBy(turns) {
  const crop = turn(now.crop, photo(), turns);
  now.rotation = (now.rotation + 90 * turns + 360) % 360;
  now.crop = fitTo(crop, photo(), paper());
}
const step = (length) => Math.max(Math.floor(length / NUDGE), 1);
const nudge = (x, y) => () => { now.crop = move(now.crop, photo(), x * step(now.crop.width), y * step(now.crop.height)); };
const zoomBy = (percent) => () => { now.crop = zoom(now.crop, photo(), paper(), percent); };
const tools = {
  "turn-left": () => turnBy(-1), "turn-right": () => turnBy(1), closer: zoomBy(CLOSER), further: zoomBy(FURTHER),
  left: nudge(-1, 0), right: nudge(1, 0), up: nudge(0, -1), down: nudge(0, 1),
  reset: () => { now.crop = centreCrop(photo(), paper()); },
};
const keys = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", "+": "closer", "=": "closer", "-": "further", r: "turn-right", R: "turn-left", 0: "reset" };
const pixel = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function use(tool) {
  if (sizing() === "fit" && !tool.startsWith("turn")) return;
  tools[tool]();
  changed();
}

function changed() {
  dirty = true;
  show();
}

// ---- What is seen ----

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function draw(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(element, attributes);
  frame.append(element);
  return element;
}

const thirds = draw("path", { class: "third", fill: "none" });
const corners = CORNERS.map(({ x, y }) => draw("rect", { class: `corner ${x * y > 0 ? "slant" : "counter"}` }));

function show() {
  const { width, height } = photo(), crop = printed();
  fields.rotation.value = now.rotation;
  for (const edge of EDGES) fields[edge].value = crop[edge];
  set(svg, { viewBox: `0 0 ${width} ${height}` });
  set(svg.querySelector(".missing"), { width, height });
  const matrix = { 0: "1 0 0 1 0 0", 90: `0 1 -1 0 ${width} 0`, 180: `-1 0 0 -1 ${width} ${height}`, 270: `0 -1 1 0 0 ${height}` };
  svg.querySelector("image")?.setAttribute("transform", `matrix(${matrix[now.rotation]})`);
  const hole = `M${crop.left} ${crop.top}h${crop.width}v${crop.height}h-${crop.width}z`;
  set(svg.querySelector(".outside"), { d: `M0 0h${width}v${height}h-${width}z${hole}` });
  set(svg.querySelector(".edge"), { x: crop.left, y: crop.top, width: crop.width, height: crop.height });
  showHandles(crop);
  showAdvice(crop);
  for (const button of form.querySelectorAll(".tools button")) button.disabled = sizing() === "fit" && !button.value.startsWith("turn");
  soon();
}

function showHandles(crop) {
  const size = 12 / perUnit();
  const [x, y, w, h] = [crop.left, crop.top, crop.width / 3, crop.height / 3];
  set(thirds, { d: `M${x + w} ${y}v${3 * h}M${x + 2 * w} ${y}v${3 * h}M${x} ${y + h}h${3 * w}M${x} ${y + 2 * h}h${3 * w}` });
  for (const [n, corner] of CORNERS.entries()) {
    const at = cornerOf(crop, corner);
    set(corners[n], { x: at.x - size / 2, y: at.y - size / 2, width: size, height: size, visibility: sizing() === "fit" ? "hidden" : "visible" });
  }
}

function showAdvice(crop) {
  const badge = form.querySelector(".advice");
  if (!badge) return;
  const sharp = ppi(crop, paper(), sizing());
  const tone = sharp >= 200 ? "good" : sharp >= 100 ? "warn" : "bad";
  badge.textContent = `${sharp} ppi, ${advice[tone]}`;
  badge.className = `advice badge ${tone}`;
  form.querySelector(".anyway").hidden = tone !== "bad";
}

function words() {
  const { width, height } = photo(), crop = printed();
  if (crop.width === width && crop.height === height) return "The whole photo is printed.";
  const part = Math.round((100 * crop.width * crop.height) / (width * height));
  const across = Math.round((100 * crop.left) / Math.max(width - crop.width, 1));
  const down = Math.round((100 * crop.top) / Math.max(height - crop.height, 1));
  return `${part} % of the photo is printed. The frame is ${across} % across and ${down} % down.`;
}

// The print itself comes from the server, when the frame has come to rest: one at a time.
let timer, loading = false;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (where.textContent !== words()) where.textContent = words();
    const query = new URLSearchParams({ rotation: now.rotation, sizing: sizing(), ...printed() });
    const source = `${form.dataset.view}?${query}`;
    if (loading || image.getAttribute("src") === source) return;
    [loading, image.src] = [true, source];
    set(image, paper());
    image.classList.add("late");
  }, 200);
}
for (const event of ["load", "error"]) image.addEventListener(event, () => {
  loading = false;
  image.classList.remove("late");
  soon();
});

// ---- Hand, wheel and keys ----

const perUnit = () => svg.getScreenCTM()?.a || 1; // screen pixels to a pixel of the photo
const cornerOf = (crop, { x, y }) => ({ x: crop.left + (x > 0 ? crop.width : 0), y: crop.top + (y > 0 ? crop.height : 0) });
const spot = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
const hands = new Map();
let hold = null;

function take() {
  const [one, two] = [...hands.values()];
  if (!one) hold = null;
  else if (two) hold = { crop: now.crop, one, two };
  else hold = { crop: now.crop, one, corner: CORNERS.find((corner) => reach(one, cornerOf(now.crop, corner))) };
}
const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
const reach = (point, corner) => apart(point, corner) * perUnit() < REACH;

stage.addEventListener("pointerdown", (event) => {
  if (event.button || sizing() === "fit" || !event.target.closest("svg")) return;
  event.preventDefault();
  frame.focus({ preventScroll: true });
  stage.setPointerCapture(event.pointerId);
  hands.set(event.pointerId, spot(event));
  take();
});
stage.addEventListener("pointermove", (event) => {
  if (!hands.has(event.pointerId)) return;
  hands.set(event.pointerId, spot(event));
  const [one, two] = [...hands.values()];
  if (two) now.crop = pinched(one, two);
  else if (hold.corner) now.crop = pulled(one);
  else now.crop = move(hold.crop, photo(), Math.round(one.x - hold.one.x), Math.round(one.y - hold.one.y));
  changed();
});
for (const event of ["pointerup", "pointercancel"]) stage.addEventListener(event, ({ pointerId }) => hands.delete(pointerId) && take());

function pulled(point) {
  const { crop, corner } = hold;
  const from = cornerOf(crop, { x: -corner.x, y: -corner.y });
  const across = (point.x - from.x) * corner.x, down = (point.y - from.y) * corner.y;
  return stretch(crop, photo(), paper(), Math.max(across, (down * crop.width) / crop.height), corner);
}

function pinched(one, two) {
  const scale = apart(one, two) / Math.max(apart(hold.one, hold.two), 1);
  const crop = resize(hold.crop, photo(), paper(), hold.crop.width * scale);
  const [right, down] = ["x", "y"].map((axis) => (one[axis] + two[axis] - hold.one[axis] - hold.two[axis]) / 2);
  return move(crop, photo(), Math.round(right), Math.round(down));
}

stage.addEventListener("wheel", (event) => {
  if (sizing() === "fit" || !(event.ctrlKey || frame.contains(document.activeElement))) return; // else the page scrolls
  event.preventDefault();
  zoomBy(event.deltaY < 0 ? 105 : 95)();
  changed();
}, { passive: false });

frame.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  if (!event.shiftKey || !pixel[event.key]) return use(keys[event.key]);
  if (sizing() === "fit") return;
  now.crop = move(now.crop, photo(), ...pixel[event.key]);
  changed();
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !tools[button.value]) return;
  event.preventDefault();
  use(button.value);
});
form.addEventListener("change", (event) => event.target.name === "sizing" && changed());
form.addEventListener("submit", () => { dirty = false; });
addEventListener("beforeunload", (event) => dirty && event.preventDefault());
new ResizeObserver(() => showHandles(printed())).observe(svg);

// ---- Begin ----

if (sizing() === "fit") now.crop = centreCrop(photo(), paper()); // for whoever fills the paper later
stage.classList.add("live");
set(frame, { tabindex: 0, role: "application", "aria-label": "Crop frame", "aria-describedby": "where keys" });
const help = form.querySelector(".keys");
[help.id, help.hidden] = ["keys", false];
show();

// The wall by keyboard alone: one photo is in the tab order, arrows move from it, space
// ticks it, and with the shift key everything on the way is picked.
const MOVES = {
  ArrowLeft: (boxes, at) => boxes[at - 1],
  ArrowRight: (boxes, at) => boxes[at + 1],
  ArrowUp: (boxes, at) => across(boxes, at, -1),
  ArrowDown: (boxes, at) => across(boxes, at, 1),
  Home: (boxes, at) => edge(boxes, at, -1),
  End: (boxes, at) => edge(boxes, at, 1),
};

export class Keys {
  /** `actions`: day(day), all(), search(), escape(), between(from, to) → photos. */
  constructor(form, wall, picks, actions) {
    Object.assign(this, { form, wall, picks, actions });
    this.last = null; // the id from which a range goes on
    form.addEventListener("keydown", (event) => this.pressed(event));
    form.addEventListener("pointerdown", ({ shiftKey }) => {
      this.shift = shiftKey;
    });
    wall.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault(); // it would select text
    });
    wall.addEventListener("click", (event) => this.clicked(event));
    wall.addEventListener("focusin", ({ target }) => this.isBox(target) && this.rove(target));
    this.refresh();
  }

  isBox(target) {
    return target.name === "photo" && target.type === "checkbox";
  }

  boxes() {
    return [...this.wall.querySelectorAll("input[name=photo]")];
  }

  rove(box) {
    const before = this.wall.querySelector('input[name=photo][tabindex="0"]');
    if (before && before !== box) before.tabIndex = -1;
    box.tabIndex = 0;
    this.picks.cursor = box.value;
  }

  /** Something was drawn: one of the photos can be reached, whatever went away. */
  refresh() {
    const boxes = this.boxes();
    const cursor = boxes.find((box) => box.value === this.picks.cursor);
    const shown = cursor ?? boxes.find(isInSight) ?? boxes[0];
    for (const box of boxes) box.tabIndex = box === shown ? 0 : -1;
    for (const day of this.wall.querySelectorAll("button.day")) day.tabIndex = -1;
  }

  pressed(event) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (key === "Escape") return this.actions.escape(event);
    if (!this.isBox(target)) return;
    if (key === "Enter") event.preventDefault(); // it would be done, for good
    else if ((ctrlKey || metaKey) && key === "a") this.act(event, this.actions.all);
    else if (ctrlKey || metaKey || altKey) return;
    else if (key === "d" || key === "D") {
      this.act(event, () => this.actions.day(target.closest("li").dataset.day));
    } else if (key === "/") this.act(event, this.actions.search);
    else if (key in MOVES) this.move(event, MOVES[key]);
    else if (key === " ") this.shift = event.shiftKey;
  }

  act(event, action) {
    event.preventDefault();
    action();
  }

  move(event, where) {
    event.preventDefault();
    const boxes = this.boxes();
    const here = event.target;
    const next = isInSight(here) ? where(boxes, boxes.indexOf(here)) : boxes.find(isInSight);
    if (!next) return;
    if (!event.shiftKey) this.range = null;
    else this.range ??= { from: here.value, before: new Map(this.picks.known) };
    next.focus({ preventScroll: true });
    next.closest("li").scrollIntoView({ block: "nearest" });
    if (event.shiftKey) this.stretch(this.range, next.value);
  }

  /** A range that grows and shrinks with every step. */
  async stretch(range, to) {
    const photos = await this.actions.between(range.from, to);
    if (this.range !== range) return;
    const fresh = photos.filter(({ id }) => !range.before.has(id));
    if (range.before.size + fresh.length <= this.picks.limit) {
      this.picks.known = new Map(range.before);
    }
    this.picks.add(photos);
    this.last = to;
  }

  async clicked(event) {
    const { target } = event;
    if (!this.isBox(target)) return;
    const shift = event.shiftKey || this.shift;
    const from = this.last;
    this.shift = false;
    this.range = null;
    this.last = target.value;
    if (!shift || !from || !target.checked) return;
    this.picks.add(await this.actions.between(from, target.value));
  }
}

function isInSight(box) {
  const { top, bottom } = box.closest("li").getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

const rect = (box) => box.closest("li").getBoundingClientRect();
const middle = ({ left, width }) => left + width / 2;

/** The photo above or below: in the nearest row, the nearest one. */
function across(boxes, at, step) {
  const here = rect(boxes[at]);
  let row = null;
  let found;
  for (let i = at + step; boxes[i]; i += step) {
    const there = rect(boxes[i]);
    if (Math.abs(there.top - here.top) < here.height / 2) continue;
    row ??= there.top;
    if (Math.abs(there.top - row) >= there.height / 2) break;
    const distance = Math.abs(middle(there) - middle(here));
    if (!found || distance < found.distance) found = { box: boxes[i], distance };
  }
  return found?.box;
}

/** The first or last photo of the row. */
function edge(boxes, at, step) {
  const { top } = rect(boxes[at]);
  let i = at;
  while (boxes[i + step] && Math.abs(rect(boxes[i + step]).top - top) < 1) i += step;
  return boxes[i];
}

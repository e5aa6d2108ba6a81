// What has been picked, in the order of picking: shown on the photos, in the tray and as
// a number, kept while photos are out of the document, and sent with the form.
const DAYS = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
const LONG = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const IN_TRAY = 12;

export class Picks {
  constructor(form, picked) {
    this.form = form;
    this.limit = Number(form.dataset.limit);
    this.app = form.dataset.app;
    this.known = new Map(); // id → what is known of the photo, in the order of picking
    this.places = new Map(); // id → 1, 2, 3 …
    this.key = `photos.picks${location.pathname}`;
    this.keep(records(picked));
    form.addEventListener("formdata", ({ formData }) => {
      formData.delete("photo");
      for (const id of this.known.keys()) formData.append("photo", id);
      formData.set("order", [...this.known.keys()].join(","));
    });
    addEventListener("pagehide", () => this.remember());
    if (!this.size && !form.querySelector("[role=alert]")) this.recall();
    // Whoever was quicker than this script has ticked already.
    const boxes = [...form.querySelectorAll("#timeline input[name=photo]:checked")];
    this.keep(boxes.filter(({ value }) => !this.has(value)).map(photoOf));
    for (const hidden of form.querySelectorAll("input[type=hidden][name=photo]")) hidden.remove();
    this.show();
  }

  get size() {
    return this.known.size;
  }

  has(id) {
    return this.known.has(id);
  }

  /** Reloading loses nothing, nor does a server that could not be reached. */
  remember() {
    sessionStorage.setItem(this.key, JSON.stringify([...this.known.values()]));
  }

  recall() {
    const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "[]");
    this.keep(kept.slice(0, this.limit));
  }

  keep(photos) {
    for (const photo of photos) this.known.set(photo.id, photo);
    this.count();
  }

  count() {
    this.places = new Map([...this.known.keys()].map((id, index) => [id, index + 1]));
  }

  /** Pick all of these, or say why not; true if they are picked now. */
  add(photos, total = photos.length) {
    const fresh = photos.filter(({ id }) => !this.has(id));
    const room = this.limit - this.size;
    if (this.limit === 1 && fresh.length === 1) this.known.clear();
    else if (fresh.length > room) return this.refuse(fresh, room, total);
    this.keep(fresh);
    this.show();
    return true;
  }

  refuse(fresh, room, total) {
    const most = `${this.app} takes at most ${number(this.limit)} this time`;
    const there = this.size ? `, and you have picked ${number(this.size)}` : "";
    if (!room || fresh.length === 1) {
      this.say(`${most}${there}. Take one back first.`);
    } else {
      const some = `Pick the first ${number(room)}`;
      const offer = fresh.slice(0, room);
      const many = `Those are ${number(Math.max(total, fresh.length))} photos.`;
      this.say(`${many} ${most}${there}.`, some, () => this.add(offer));
    }
    this.show();
    return false;
  }

  remove(ids) {
    for (const id of ids) this.known.delete(id);
    this.count();
    this.show();
  }

  /** All of them, or none if all of them are picked already. */
  toggle(photos, total) {
    if (!photos.every(({ id }) => this.has(id))) return this.add(photos, total);
    this.remove(photos.map(({ id }) => id));
    this.say(`${number(photos.length)} taken back.`);
    return false;
  }

  clear() {
    const before = new Map(this.known);
    this.remove([...before.keys()]);
    const again = () => this.restore(before);
    if (before.size) this.say(`${number(before.size)} taken back.`, "Undo", again);
  }

  restore(before) {
    this.known = new Map(before);
    this.count();
    this.show();
  }

  say(text, offer = "", act = null) {
    const said = document.getElementById("said");
    said.textContent = text ? `${text} ` : "";
    if (!offer) return;
    const button = said.appendChild(document.createElement("button"));
    Object.assign(button, { type: "button", className: "plain", textContent: offer });
    button.addEventListener("click", () => {
      this.say("");
      act();
    });
  }

  show() {
    for (const box of this.form.querySelectorAll("input[name=photo]")) this.mark(box);
    const most = this.limit < 2000 ? ` of at most ${number(this.limit)}` : "";
    const count = document.getElementById("count");
    count.textContent = this.size ? `${number(this.size)}${most} picked` : "";
    const only = document.getElementById("only");
    only.hidden = !this.size && only.ariaPressed === "false";
    document.getElementById("none").hidden = !this.size;
    const last = [...this.known.values()].slice(-IN_TRAY).reverse();
    document.getElementById("tray").replaceChildren(...last.map(small));
  }

  mark(box) {
    box.checked = this.has(box.value);
    const tick = box.parentElement.querySelector(".tick");
    tick.dataset.place = this.places.get(box.value) ?? "";
  }

  /** A tile was made: what only a picker shows on it. */
  dress(item, columns, i) {
    const day = columns.day[i];
    item.dataset.day = day;
    const box = item.querySelector("input");
    box.ariaLabel = `${columns.name[i]}, ${LONG.format(new Date(day))}`;
    box.tabIndex = box.value === this.cursor ? 0 : -1;
    this.mark(box);
    item.querySelector("img").alt = ""; // the box says it
    if (!this.plain && columns.day[i - 1] !== day) item.append(pill(day));
  }

  /** A month was begun: pick all of it. */
  head(heading, month) {
    const row = document.createElement("div");
    row.className = "row head";
    heading.replaceWith(row);
    const button = document.createElement("button");
    const more = button.appendChild(document.createElement("span"));
    Object.assign(button, { name: "tick", value: month, className: "plain soft small" });
    more.textContent = ` all of ${heading.textContent}`;
    more.className = "visually-hidden";
    button.prepend("Select");
    row.append(heading, button);
  }
}

/** Columns as a list of photos. */
export function records({ id, ...columns }) {
  const names = Object.keys(columns).filter((name) => Array.isArray(columns[name]));
  const one = (i) => Object.fromEntries(names.map((name) => [name, columns[name][i]]));
  return id.map((value, i) => ({ id: value, ...one(i) }));
}

/** A list of photos as columns. */
export function columnsOf(photos) {
  const names = ["id", "day", "width", "height", "name", "hash", "mark"];
  return Object.fromEntries(names.map((name) => [name, photos.map((one) => one[name])]));
}

/** What is known of a photo that is shown. */
export function photoOf(box) {
  const item = box.closest("li");
  const image = item.querySelector("img");
  const named = box.ariaLabel.slice(0, box.ariaLabel.lastIndexOf(","));
  return {
    id: box.value,
    day: item.dataset.day,
    width: Number(image.getAttribute("width")),
    height: Number(image.getAttribute("height")),
    name: named,
    hash: "",
    mark: "",
  };
}

export const number = (count) => count.toLocaleString("en");

function pill(day) {
  const button = document.createElement("button");
  const more = button.appendChild(document.createElement("span"));
  Object.assign(button, { name: "tick", value: day, className: "day plain", tabIndex: -1 });
  more.className = "visually-hidden";
  more.textContent = "Pick all of ";
  button.append(DAYS.format(new Date(day)));
  return button;
}

function small({ id }) {
  const item = document.createElement("li");
  const image = item.appendChild(document.createElement("img"));
  const { src } = document.getElementById("tile").content.querySelector("img").dataset;
  Object.assign(image, { src: src.replace("ID", id), alt: "", loading: "lazy" });
  return item;
}

// A part of the timeline: one month, or a few with few photos. It asks for its photos
// when somebody comes near, and keeps only the rows near the window in the document.
import { styleOf } from "./photos_api_lengths.js";
import { guess, heightOf, rows } from "./photos_api_rows.js";
import { tile } from "./photos_api_tile.js";

const PATIENCE = 80; // milliseconds: who scrolls past does not ask for anything
const HEAD = 48; // pixels of a heading, until one has been measured
const NAMES = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });

/** The id of the heading of a month. */
export const idOf = (month) => `m${month.replace("-", "")}`;

/** The JSON at an address; throws if there is something else. */
export async function ask(path, query, signal) {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`, { signal });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  return answer.json();
}

let made = 0;

export class Block {
  /**
   * A part has months, and says how many photos it has, if they stand side by side
   * (shared) and if they go without a heading (plain). The source gives columns for it.
   */
  constructor({ months, photos, shared, plain }, selection, source) {
    Object.assign(this, { months, photos, shared, plain, selection, source });
    this.element = document.createElement("div");
    this.element.id = `block${(made += 1)}`;
    this.element.className = "block";
    this.style = styleOf(this.element.id);
    this.drawn = new Map(); // row number → element
    this.columns = null; // what the server told of the photos
    this.height = 0; // of a shared block, once it was drawn
  }

  /** Take up the room it will need, as far as that is known. */
  place(wall) {
    this.clear();
    this.wall = wall;
    this.height = 0;
    if (this.columns) this.lay();
    this.reserve();
  }

  reserve() {
    const known = this.columns?.id.length ?? 0;
    const later = Math.max(0, this.photos - known);
    const count = (this.rows?.length ?? 0) + (later ? guess(later, this.wall) : 0);
    this.style.setProperty("--rows", `${heightOf(count, this.wall)}px`);
    const height = this.height || (this.plain ? 0 : HEAD) + heightOf(count, this.wall);
    this.style.setProperty("--block", `${height}px`);
  }

  lay() {
    const { width, height } = this.columns;
    this.rows = rows(width.map((w, i) => w / height[i]), this.wall);
  }

  /** Show what is near the window; `changed` is called when more is known. */
  draw(changed, calm) {
    if (!this.columns) this.load(changed);
    else if (this.shared) this.drawAll();
    else this.drawRows();
    if (calm) this.fetchPictures();
  }

  drawAll() {
    if (this.element.firstChild) return;
    const { day } = this.columns;
    this.element.classList.add("months", "open");
    for (const { month } of this.months) {
      const from = day.findIndex((d) => d.startsWith(month));
      if (from < 0) continue; // archived, all of it
      const to = day.findLastIndex((d) => d.startsWith(month)) + 1;
      const section = this.section(month);
      section.append(this.row(from, to));
      this.element.append(section);
    }
    this.height = this.element.offsetHeight;
    this.reserve();
  }

  drawRows() {
    if (!this.inner) {
      const section = this.section(this.months[0].month);
      this.inner = section.appendChild(document.createElement("div"));
      this.inner.className = "rows";
      this.element.append(section);
    }
    const step = this.wall.height + this.wall.gap;
    const top = -this.inner.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor((top - innerHeight) / step));
    const end = Math.min(this.rows.length, Math.ceil((top + 2 * innerHeight) / step));
    for (const [number, row] of this.drawn) {
      if (number >= first && number < end) continue;
      row.remove();
      this.drawn.delete(number);
    }
    this.style.setProperty("--above", `${first * step}px`);
    for (let number = end - 1, next = null; number >= first; number -= 1) {
      let row = this.drawn.get(number);
      if (!row) {
        row = this.row(this.rows[number], this.rows[number + 1]);
        row.classList.add("line");
        row.classList.toggle("last", number === this.rows.length - 1);
        this.drawn.set(number, row);
        this.inner.insertBefore(row, next);
      }
      next = row;
    }
  }

  section(month) {
    const section = document.createElement("section");
    section.className = "month";
    if (this.plain) return section;
    const heading = section.appendChild(document.createElement("h2"));
    heading.id = idOf(month);
    heading.tabIndex = -1;
    heading.textContent = `${NAMES.format(new Date(`${month}-01`))} `;
    const year = heading.appendChild(document.createElement("span"));
    year.className = "soft";
    year.textContent = month.slice(0, 4);
    section.setAttribute("aria-labelledby", heading.id);
    this.selection.head?.(heading, month);
    return section;
  }

  row(from, to = this.columns.id.length) {
    const list = document.createElement("ul");
    list.className = "wall";
    for (let i = from; i < to; i += 1) list.append(tile(this.columns, i, this.selection));
    return list;
  }

  fetchPictures() {
    for (const image of this.element.querySelectorAll("img[data-src]")) {
      image.srcset = image.dataset.srcset;
      image.src = image.dataset.src;
      image.removeAttribute("data-src");
    }
  }

  /** Leave the document; the room stays. */
  clear() {
    this.loading?.abort();
    this.loading = null;
    this.drawn.clear();
    this.inner = null;
    this.element.replaceChildren();
    this.element.classList.remove("months", "open");
  }

  async load(changed = () => {}) {
    if (this.loading) return;
    this.loading = new AbortController();
    const { signal } = this.loading;
    try {
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      for (let page = ""; page !== null; ) {
        if (signal.aborted) return;
        page = await this.loadPage(page, signal);
        changed();
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      setTimeout(changed, 3000); // offline, perhaps: asked again while it is in sight
    } finally {
      if (this.loading?.signal === signal) this.loading = null;
    }
  }

  async loadPage(page, signal) {
    const { next, ...columns } = await this.source(this, page, signal);
    if (page && this.columns) {
      for (const name of Object.keys(columns)) this.columns[name].push(...columns[name]);
    } else {
      this.columns = columns;
    }
    if (!next) this.photos = this.columns.id.length;
    this.lay();
    this.reserve();
    return next;
  }
}

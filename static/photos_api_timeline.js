// A wall without an end: only the photos near the window are in the document, and only
// those are asked for. It knows how long it is from the start.
import { Block, idOf } from "./photos_api_block.js";
import { guess, heightOf } from "./photos_api_rows.js";

const TALLEST = 15_000_000; // pixels: browsers draw nothing much further down
const FAST = 400; // pixels in a frame: pictures can wait until it is over
const SETTLED = 120; // milliseconds without scrolling

export class Timeline {
  /** `selection` says what is ticked; `drawn` is told the months at the top. */
  constructor(element, selection, drawn = () => {}) {
    Object.assign(this, { element, selection, drawn });
    this.near = new Set(); // blocks within a window's height of the window
    this.blocks = [];
    this.ruler = document.createElement("div");
    this.ruler.className = "ruler";
    this.plan = this.plan.bind(this);
    const options = { rootMargin: "100% 0px" };
    this.observer = new IntersectionObserver((entries) => this.notice(entries), options);
  }

  /** Show these parts instead of what is shown; false if others came in between. */
  async open(parts, source) {
    const blocks = parts.map((part) => new Block(part, this.selection, source));
    this.coming = blocks;
    this.element.append(this.ruler);
    this.place(blocks);
    // Until the first photos are known what is there is good enough.
    await new Promise((resolve) => blocks[0]?.load(resolve).then(resolve) ?? resolve());
    if (this.coming !== blocks) return false;
    this.observer.disconnect();
    this.near.clear();
    this.blocks = blocks;
    this.element.replaceChildren(this.ruler, ...blocks.map((block) => block.element));
    this.element.classList.remove("months");
    this.element.classList.add("endless");
    this.place();
    for (const block of blocks) this.observer.observe(block.element);
    this.listen();
    return true;
  }

  place(blocks = this.blocks) {
    const total = blocks.reduce((sum, block) => sum + block.photos, 0);
    this.element.classList.remove("dense");
    let wall = this.measure();
    if (heightOf(guess(total, wall), wall) > TALLEST) {
      this.element.classList.add("dense");
      wall = this.measure();
    }
    for (const block of blocks) block.place(wall);
  }

  measure() {
    const gap = Number.parseFloat(getComputedStyle(this.ruler).rowGap);
    return { width: this.element.clientWidth, height: this.ruler.offsetHeight, gap };
  }

  notice(entries) {
    for (const { target, isIntersecting } of entries) {
      const block = this.blocks.find((one) => one.element === target);
      if (isIntersecting) this.near.add(block);
      else if (this.near.delete(block)) block.clear();
    }
    this.plan();
  }

  plan() {
    this.planned ??= requestAnimationFrame(() => this.draw());
  }

  // What is at the top of the window stays there while blocks above it change.
  draw() {
    this.planned = null;
    const calm = Math.abs(scrollY - this.lastTop) < FAST;
    this.lastTop = scrollY;
    const held = this.atTop();
    for (const block of this.near) block.draw(this.plan, calm);
    const moved = held && held.block.element.getBoundingClientRect().top + held.into;
    if (held?.into > 0 && Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
    const shown = atEnd ? this.blocks.at(-1)?.months.slice(-1) : held?.block.months;
    if (shown) this.drawn(shown);
  }

  atTop() {
    const inOrder = this.blocks.filter((block) => this.near.has(block));
    const block = inOrder.find(({ element }) => element.getBoundingClientRect().bottom > 1);
    return block && { block, into: -block.element.getBoundingClientRect().top };
  }

  settle() {
    this.lastTop = scrollY;
    this.draw();
  }

  listen() {
    if (this.clientWidth) return;
    this.clientWidth = this.element.clientWidth;
    let timer;
    const scrolled = () => {
      this.plan();
      clearTimeout(timer);
      timer = setTimeout(() => this.settle(), SETTLED);
    };
    addEventListener("scroll", scrolled, { passive: true });
    new ResizeObserver(() => {
      if (this.element.clientWidth === this.clientWidth) return;
      this.clientWidth = this.element.clientWidth;
      const held = this.atTop();
      this.place();
      if (held) this.go(held.block.months[0].month, Math.max(0, held.into));
    }).observe(this.element);
  }

  go(month, into = 0) {
    const has = (block) => block.months.some((each) => each.month === month);
    const block = this.blocks.find(has);
    if (!block) return;
    const shown = document.getElementById(idOf(month)) ?? block.element;
    const top = shown.getBoundingClientRect().top + scrollY + into;
    scrollTo({ top, behavior: "instant" });
    this.near.add(block);
    this.settle();
  }
}

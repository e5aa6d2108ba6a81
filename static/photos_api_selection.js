// Which photos are ticked: counted, kept while they are out of the document, and sent
// with the form. Without it each page of a list has a selection of its own.
const MOST = 2000; // photos in one form

export class Selection {
  constructor(form) {
    this.form = form;
    this.ids = new Set();
    this.last = null;
    this.count = form.querySelector("[data-count]");
    form.addEventListener("change", ({ target }) => {
      if (target.name === "photo") this.set(target, target.checked);
    });
    form.addEventListener("click", (event) => this.extend(event));
    form.addEventListener("reset", () => this.empty());
    form.addEventListener("formdata", ({ formData }) => {
      formData.delete("photo");
      for (const id of this.ids) formData.append("photo", id);
    });
    addEventListener("pageshow", () => this.read());
    this.read();
  }

  has(id) {
    return this.ids.has(id);
  }

  boxes() {
    return [...this.form.querySelectorAll("input[name=photo]")];
  }

  /** What the browser ticked by itself: it remembers forms. */
  read() {
    for (const box of this.boxes()) if (box.checked) this.ids.add(box.value);
    this.show();
  }

  set(box, ticked) {
    box.checked = ticked;
    if (ticked) this.ids.add(box.value);
    else this.ids.delete(box.value);
    this.show();
  }

  /** With the shift key: everything between two clicks. */
  extend(event) {
    const box = event.target;
    if (box.name !== "photo") return;
    const boxes = this.boxes();
    const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) {
      for (const other of boxes.slice(from, to + 1)) this.set(other, box.checked);
    }
    this.last = box;
  }

  empty() {
    this.ids.clear();
    for (const box of this.boxes()) box.checked = false;
    this.show();
  }

  show() {
    const { size } = this.ids;
    this.form.toggleAttribute("data-selected", size > 0);
    if (!this.count) return;
    this.count.textContent =
      size > MOST ? `${size} selected: at most ${MOST} at once` : `${size} selected`;
    for (const button of this.form.querySelectorAll(".selection button[type=submit]")) {
      button.disabled = size > MOST;
    }
  }
}

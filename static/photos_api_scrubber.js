// A slider beside the timeline: every month is one step, years are written beside it.
import { styleOf } from "./photos_api_lengths.js";

const NAMES = new Intl.DateTimeFormat("en", {
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const MOST_LABELS = 16;
const SHOWN = 1200; // milliseconds after the last movement

export function scrubber(months, go) {
  const element = document.createElement("div");
  element.id = element.className = "scrubber";
  const years = element.appendChild(document.createElement("ol"));
  years.ariaHidden = "true";
  const slider = element.appendChild(document.createElement("input"));
  Object.assign(slider, { type: "range", min: 0, max: months.length - 1, value: 0 });
  slider.ariaLabel = "Month";
  const bubble = element.appendChild(document.createElement("output"));
  bubble.ariaHidden = "true"; // the slider says it too
  const style = styleOf(element.id);

  let labelled = -months.length;
  months.forEach(({ month }, index) => {
    const step = years.appendChild(document.createElement("li"));
    const year = month.slice(0, 4);
    const first = months[index - 1]?.month.slice(0, 4) !== year;
    if (!first || index - labelled < months.length / MOST_LABELS) return;
    step.textContent = year;
    labelled = index;
  });

  let timer;
  function say() {
    const name = NAMES.format(new Date(`${months[slider.value].month}-01`));
    slider.ariaValueText = bubble.textContent = name;
    style.setProperty("--at", slider.value / Math.max(1, months.length - 1));
  }
  function move() {
    say();
    element.classList.add("moving");
    clearTimeout(timer);
    timer = setTimeout(() => element.classList.remove("moving"), SHOWN);
  }
  say();
  slider.addEventListener("input", () => {
    move();
    go(months[slider.value].month);
  });

  return {
    element,
    /** One of these months is at the top of the window now. */
    show(those) {
      if (those.includes(months[slider.value])) return;
      slider.value = months.indexOf(those[0]);
      move();
    },
  };
}

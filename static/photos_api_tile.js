// One photo on the wall, made after the page's own example of one.
import { paint } from "./photos_api_thumbhash.js";

const example = document.getElementById("tile");
const MARKS = { video: "Video", favorite: "Favourite" };
const EDGE = 400; // pixels, about: its shape is all that counts

/** The element for photo number `i` of these columns. */
export function tile(columns, i, selection) {
  const item = example.content.firstElementChild.cloneNode(true);
  const id = columns.id[i];
  const name = columns.name[i];
  const [link, image, canvas] = ["a", "img", "canvas"].map((n) => item.querySelector(n));
  if (link) link.href = link.getAttribute("href").replace("ID", id);
  image.width = Math.round((EDGE * columns.width[i]) / columns.height[i]) || 1;
  image.height = EDGE;
  image.alt = name;
  image.dataset.srcset = image.dataset.srcset.replaceAll("ID", id);
  image.dataset.src = image.dataset.src.replace("ID", id);
  if (columns.hash[i]) paint(canvas, columns.hash[i]);
  else canvas.remove();
  const box = item.querySelector("input");
  box.value = id;
  box.ariaLabel = `Select ${name}`;
  box.checked = selection.has(id);
  const mark = item.querySelector(".sort");
  if (columns.mark[i]) mark.textContent = MARKS[columns.mark[i]];
  else mark.remove();
  selection.dress?.(item, columns, i);
  return item;
}

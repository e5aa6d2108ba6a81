// Step 1: photos. The person picks in another tab, at the photo service.

import { begin, done, picked, show as showPhoto } from "./picker.js";
import { attempt, copy, count, part, say, show } from "./screens.js";

export async function choose(photos, goOn) {
  const over = show("choose", 1);
  await attempt(async () => {
    const session = await begin(photos);
    const link = part("open");
    link.href = `${session.pickerUri}/autoclose`; // a link, and no window.open(): nothing to block
    part("ready").hidden = false;
    part("opening").hidden = true;
    link.addEventListener("click", () => wait(photos, session, goOn, over), { once: true });
  });
}

function wait(photos, session, goOn, over) {
  part("before").hidden = true;
  part("meanwhile").hidden = false;
  part("again").href = part("open").href;
  part("title").textContent = "Pick your photos in the other tab";
  part("title").focus();
  return attempt(async () => {
    await done(photos, session, over);
    const items = await picked(photos, session);
    if (items.length) return review(photos, items, goOn);
    await choose(photos, goOn);
    return say("No photo was picked. Open your photos again, tick the ones you like, and press Done.");
  });
}

function review(photos, items, goOn) {
  const still = items.filter(({ type }) => type === "PHOTO");
  const films = items.length - still.length;
  show("review", 1);
  part("title").textContent = still.length ? `You picked ${count(still.length, "photo")}` : "Only videos were picked";
  if (films) say(`${count(films, "video")} cannot be printed and will be left out.`, { kind: "warning" });
  part("go").hidden = !still.length;
  part("go").addEventListener("click", () => goOn(still));
  part("other").addEventListener("click", () => choose(photos, goOn));
  part("photos").replaceChildren(...still.map(tile));
  return attempt(async () => {
    const images = part("photos").querySelectorAll("img");
    for (const [index, image] of images.entries()) {
      if (!image.isConnected) return; // the person went on
      await showPhoto(photos, still[index], image);
    }
  });
}

function tile({ mediaFile }) {
  const item = copy("t-photo").firstElementChild;
  item.querySelector("img").alt = mediaFile.filename;
  return item;
}

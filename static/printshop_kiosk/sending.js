// Step 3, first half: the originals, from the photo service to the shop, through this page.
// The two know nothing of each other, and each sees its own token only.

import { original } from "./picker.js";
import { upload } from "./orders.js";
import { attempt, count, part, say, show } from "./screens.js";

const ITS_OWN_FAULT = [400, 404, 413, 415]; // this photo's, not everybody's

// One after the other; what has arrived stays, so trying again goes on where it stopped.
export async function send(photos, shop, basket, { goOn, goBack, startOver }) {
  const over = show("send", 3);
  const all = basket.photos;
  const left = new Map(); // what cannot be printed, and why
  const bar = part("progress");
  bar.max = all.length;
  part("back").addEventListener("click", goBack);
  await attempt(async () => {
    for (const [index, item] of all.entries()) {
      const { filename } = item.mediaFile;
      bar.value = index;
      part("now").textContent = `${index + 1} of ${all.length}: ${filename}`;
      if (basket.assets.has(item.id) || left.has(item.id)) continue;
      try {
        const asset = await upload(shop, filename, await original(photos, item));
        basket.assets.set(item.id, asset);
      } catch (problem) {
        over.throwIfAborted();
        if (!ITS_OWN_FAULT.includes(problem.status)) throw problem;
        left.set(item.id, `${filename} (${problem.message})`);
      }
      over.throwIfAborted();
    }
    basket.photos = all.filter(({ id }) => basket.assets.has(id));
    return left.size ? tell(left, basket, basket.photos.length ? goBack : startOver) : goOn();
  });
}

// Prices may change with the number of photos, so the person looks at them once more; if
// there is none left, at the photos.
function tell(left, basket, goBack) {
  goBack();
  const out = `${count(left.size, "photo")} cannot be printed and will be left out: ${[...left.values()].join(", ")}.`;
  const rest = basket.photos.length ? `Still to print: ${count(basket.photos.length, "photo")}.` : "Pick others.";
  say(`${out} ${rest}`, { kind: "warning" });
}

// After step 3: how far the order is, as the shop sees it.

import { lately, order as look } from "./orders.js";
import { pause } from "./picker.js";
import { attempt, copy, euros, part, show } from "./screens.js";

const EVERY = 3000; // milliseconds
const STEPS = ["downloadAssets", "printReadyAssetsPrepared", "inProduction", "shipping"];
const STAGES = { InProgress: "under way", Complete: "on its way to you", Cancelled: "cancelled" };
const WORDS = { NotStarted: "not yet", InProgress: "under way", Complete: "done" };

export async function follow(shop, order, goOn) {
  const over = show("placed", 4);
  part("number").textContent = order.id;
  part("total").textContent = euros(order.costSummary.totalCost);
  part("link").href = `/orders/${order.id}/`;
  part("more").addEventListener("click", goOn);
  await attempt(async () => {
    for (let now = order; ; now = await look(shop, order.id)) {
      over.throwIfAborted();
      tell(now);
      if (now.status.stage !== "InProgress") return;
      await pause(EVERY, over);
    }
  });
}

function tell({ status }) {
  for (const step of STEPS) {
    const item = part(step);
    const state = status.details[step];
    item.classList.toggle("done", state === "Complete");
    item.ariaCurrent = state === "InProgress" ? "step" : null;
    part("state", item).textContent = WORDS[state];
  }
  const [issue] = status.issues;
  part("issue").textContent = issue?.description ?? "";
  part("issue").hidden = !issue;
  part("stage").textContent = STAGES[status.stage];
}

// What this page ordered for the person before, also if it was closed since.
export function recall(shop) {
  return attempt(async () => {
    const orders = await lately(shop);
    const place = part("lately");
    if (!place || !orders.length) return;
    place.hidden = false;
    part("orders", place).replaceChildren(...orders.map(line));
  });
}

function line({ id, created, status, costSummary }) {
  const item = copy("t-order").firstElementChild;
  const link = item.querySelector("a");
  Object.assign(link, { href: `/orders/${id}/`, textContent: id });
  const day = new Date(created).toLocaleDateString("en-GB", { day: "numeric", month: "long" });
  part("told", item).textContent = `${day}, ${euros(costSummary.totalCost)}, ${STAGES[status.stage]}`;
  return item;
}

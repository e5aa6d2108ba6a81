// Step 2: what to make of the photos, and what that costs.

import { items, products, quotes } from "./orders.js";
import { attempt, copy, count, euros, part, show } from "./screens.js";

// `basket` is { photos, product, finish, copies, assets }; this step fills in three of them.
export async function make(page, shop, basket, { goOn, goBack }) {
  show("make", 2);
  part("title").textContent = `What shall we make of your ${count(basket.photos.length, "photo")}?`;
  part("back").addEventListener("click", goBack);
  await attempt(async () => {
    const offered = await products(shop);
    if (!part("products")) return; // somebody went back meanwhile
    const form = part("form");
    part("products").replaceChildren(...offered.map((product) => card(product, basket)));
    const chosen = takes(basket.product, basket.photos) ? basket.product : offered.find((one) => takes(one, basket.photos));
    form.elements.sku.value = chosen.sku;
    form.elements.copies.value = basket.copies ?? 1;
    form.hidden = false;
    const read = () => choose(page, form, offered, basket);
    form.addEventListener("input", () => (read(), price(page, shop, basket)));
    form.addEventListener("submit", (event) => (event.preventDefault(), read(), goOn()));
    read();
    await price(page, shop, basket);
  });
}

function card(product, { photos }) {
  const item = copy("t-product").firstElementChild;
  const [name, blurb] = product.description.split(": ");
  const { fewest, most } = product.photos;
  const fits = takes(product, photos);
  Object.assign(part("radio", item), { value: product.sku, disabled: !fits, id: `sku-${product.sku}` });
  part("label", item).htmlFor = `sku-${product.sku}`;
  part("name", item).textContent = name;
  part("blurb", item).textContent = fits ? blurb : `Takes ${fewest} to ${most} photos`;
  part("price", item).textContent = `${most > 1 ? "from " : ""}${euros(product.unitCost)}`;
  const drawing = document.getElementById(`drawing-${product.sku}`);
  if (drawing) part("drawing", item).append(drawing.content.cloneNode(true));
  return item;
}

// One photo each, however many there are; or all of them together, if so many fit.
function takes(product, { length }) {
  if (!product || !length) return false;
  const { fewest, most } = product.photos;
  return most === 1 || (fewest <= length && length <= most);
}

// The form into the basket; another product may come in other finishes.
function choose(page, form, offered, basket) {
  const product = offered.find(({ sku }) => sku === form.elements.sku.value) ?? offered[0];
  const select = form.elements.finish;
  if (product !== basket.product || !select.options.length) {
    select.replaceChildren(...product.finishes.map((name) => new Option(page.finishes[name] ?? name, name)));
    if (product.finishes.includes(basket.finish)) select.value = basket.finish;
  }
  Object.assign(basket, { product, finish: select.value, copies: form.elements.copies.valueAsNumber });
}

let asked = 0; // only the newest answer counts
async function price(page, shop, basket) {
  const mine = (asked += 1);
  const total = part("total");
  if (!(basket.copies >= 1)) return (total.textContent = "");
  return attempt(async () => {
    const things = items(basket, basket.photos.map(() => ({})));
    const [cheapest] = await quotes(shop, things, page.country);
    if (mine !== asked || !total.isConnected) return;
    const { items: made, shipping, totalCost } = cheapest.costSummary;
    total.textContent = euros(totalCost);
    part("sums").textContent = `${euros(made)}, and ${euros(shipping)} to post the parcel. Tax is included.`;
  });
}

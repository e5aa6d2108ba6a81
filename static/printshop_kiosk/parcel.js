// Step 3, second half: where the parcel goes, and the order.

import { isUnanswered, items, place, quotes } from "./orders.js";
import { attempt, count, euros, part, say, show } from "./screens.js";

// What helps when an order's answer is lost.
const NEXT = {
  again: "Try again: it is the same order, and is placed once only.",
  "sign in": "Sign in again: what has been ordered is listed there.",
};

// `who`: the claims of the ID token, for a name and an address that need not be typed.
export async function address(page, shop, basket, who, { goOn, goBack }) {
  show("parcel", 3);
  const form = part("form");
  const soft = blurred(basket);
  form.elements.name.value = basket.recipient?.name ?? who?.name ?? "";
  form.elements.email.value = basket.recipient?.email ?? who?.email ?? "";
  form.elements.countryCode.value = page.country;
  part("what").textContent = summary(page, basket);
  part("blurred").hidden = !soft;
  form.elements.anyway.required = soft > 0;
  part("soft").textContent = `${count(soft, "photo")} will look blurred at this size. Print them all the same.`;
  part("back").addEventListener("click", goBack);
  form.addEventListener("submit", (event) => (event.preventDefault(), attempt(() => order(shop, form, basket, goOn))));
  form.addEventListener("change", () => (page.country = form.elements.countryCode.value));
  await attempt(async () => {
    const offers = await quotes(shop, items(basket, assets(basket)), page.country);
    if (!form.isConnected) return;
    for (const { shippingMethod, costSummary } of offers) {
      part(`cost-${shippingMethod}`).textContent = `${euros(costSummary.shipping)}, ${euros(costSummary.totalCost)} in all`;
    }
  });
}

function summary(page, { product, finish, copies, photos }) {
  const [name] = product.description.split(": ");
  const many = product.photos.most === 1 ? copies * photos.length : copies;
  return `${many} × ${name}, ${page.finishes[finish] ?? finish}, of ${count(photos.length, "photo")}`;
}

function blurred({ product, photos, assets: sent }) {
  const quality = ({ id }) => sent.get(id).sharpness.find(({ sku }) => sku === product.sku)?.quality;
  return photos.filter((photo) => quality(photo) === "poor").length;
}

function assets({ photos, assets: sent }, acceptLowResolution = false) {
  return photos.map(({ id }) => ({ id: sent.get(id).id, acceptLowResolution }));
}

async function order(shop, form, basket, goOn) {
  const { name, email, line1, line2, postalOrZipCode, townOrCity, countryCode, shipping, anyway } = form.elements;
  const address = { line1, line2, postalOrZipCode, townOrCity, countryCode };
  const written = Object.entries(address).map(([field, input]) => [field, input.value.trim()]);
  basket.recipient = { name: name.value.trim(), email: email.value.trim(), address: Object.fromEntries(written) };
  const wanted = {
    shippingMethod: shipping.value,
    recipient: basket.recipient,
    items: items(basket, assets(basket, anyway.checked)),
  };
  mark(form, []);
  part("fields").disabled = true;
  try {
    goOn(await place(shop, wanted));
  } catch (problem) {
    if (problem.name === "AbortError") throw problem; // signed out meanwhile
    // Whatever became of it, the same order must be asked for again: nothing may change,
    // and nobody goes back.
    if (isUnanswered()) {
      problem.message = `We do not know if your order arrived. ${NEXT[problem.next]}`;
      throw problem;
    }
    part("fields").disabled = false;
    if (!mark(form, problem.fields)) throw problem;
    say("Something in the form is not right yet. Nothing was ordered.", { kind: "error" });
  }
}

// Say at each field what is wrong with it; true if there is such a field.
function mark(form, wrong) {
  const places = form.querySelectorAll("[data-wrong]");
  for (const place of places) {
    const input = form.elements[place.dataset.wrong];
    const found = wrong.find(({ pointer }) => pointer.endsWith(`/${place.dataset.wrong}`));
    place.textContent = found?.detail ?? "";
    if (found) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  form.querySelector("[aria-invalid]")?.focus();
  return [...places].some((place) => place.textContent);
}

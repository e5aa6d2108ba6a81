// The screen "Print it": the form of an order.

import { element, part, show } from "./screens.js";

const form = document.querySelector("#phone form");
const button = form.querySelector("[type=submit]");

export function fillIn(products, photo, name) {
  part("products").replaceChildren(...products.map(choice));
  URL.revokeObjectURL(part("photo").src);
  part("photo").src = URL.createObjectURL(photo);
  part("recipient").textContent = form.elements.name.value = name;
  answered();
  show("order");
}

function choice(product, index) {
  const label = element("label", "", { className: "choice" });
  const input = { type: "radio", name: "sku", value: product.sku, checked: index === 0 };
  label.append(element("input", "", input), `${product.description} · € ${product.unitCost.amount}`);
  return label;
}

export function written() {
  const { sku, name, line1, postcode, town } = Object.fromEntries(new FormData(form));
  const address = { line1, postalOrZipCode: postcode, townOrCity: town, countryCode: "DE" };
  return { sku, recipient: { name, address } };
}

// The order is on its way: nothing of it can be changed, nor another be begun.
export function lock() {
  for (const one of form.elements) one.disabled = true;
}

// No answer came: all that can be done is to send the same once more.
export function unanswered() {
  lock();
  part("refusal").textContent = "We do not know if your order arrived. Try again: it is the same order, and is placed once only.";
  button.disabled = false;
  button.textContent = "Try again";
}

// It was refused, and nothing was ordered; or it is a new form.
export function answered(refusal = "") {
  for (const one of form.elements) one.disabled = false;
  part("refusal").textContent = refusal;
  button.textContent = "Order the print";
}

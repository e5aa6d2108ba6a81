// Makes choosing products nicer; the page works without.
// The advice under each photo follows the product, and the bar adds up. The server has the say in both.

const form = document.querySelector("form.make");
const sum = form.querySelector(".sum");
const [all, none] = ["all", "none"].map((what) => form.querySelector(`button[value=${what}]`));
const boxes = [...form.querySelectorAll("input[name=photo]")];
const offers = new Map(boxes.map((box) => [box, JSON.parse(box.nextElementSibling.dataset.offers)]));
const euros = (cents) => `€${(cents / 100).toFixed(2)}`;
const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

form.addEventListener("change", show);
form.addEventListener("input", show);
if (!form.querySelector(".pages")) { // else only the server knows the other pages
  for (const [button, ticked] of [[all, true], [none, false]]) {
    button.type = "button";
    button.addEventListener("click", () => { for (const box of boxes) box.checked = ticked; show(); });
  }
}
show();

function show() {
  const chosen = form.querySelector("input[name=product]:checked");
  const product = chosen.dataset;
  const ticked = boxes.filter((box) => box.checked);
  const photos = ticked.length + Number(sum.dataset.elsewhere);
  const copies = Number(form.elements.copies.value) || 0;
  const things = product.most === "1" ? photos : Math.min(photos, 1);
  const unit = Number(product.cents) + (product.most === "1" ? 0 : Math.max(photos - product.included, 0) * product.more);
  for (const [box, known] of offers) {
    const badge = box.nextElementSibling.querySelector(".advice");
    const [words, tone] = known[chosen.value];
    if (badge.textContent !== words) [badge.textContent, badge.className] = [words, `advice badge ${tone}`];
  }
  const words = [count(photos, "photo"), euros(things * copies * unit)];
  if (things * copies > 1) words.splice(1, 0, `${things * copies} to make`);
  const blurred = ticked.filter((box) => offers.get(box)[chosen.value][1] === "bad").length;
  if (blurred) words.push(`${blurred} will look blurred`);
  const text = words.join(" · ");
  if (sum.textContent !== text) sum.textContent = text;
}

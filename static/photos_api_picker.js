// Keeps the order of ticking, counts, and stops at the limit. Without it the form works
// too: photos then count in the order in which they are shown.
(() => {
  const form = document.getElementById("picker");
  const boxes = [...form.querySelectorAll("input[name=photo]")];
  const limit = Number(form.dataset.limit);
  const count = document.getElementById("count");
  let order = boxes.filter((box) => box.checked).map((box) => box.value);

  const show = () => {
    const most = limit < boxes.length ? ` of at most ${limit}` : "";
    count.textContent = `${order.length}${most} picked`;
    for (const box of boxes) {
      box.disabled = !box.checked && order.length >= limit;
      const tick = box.parentElement.querySelector(".tick");
      const place = order.indexOf(box.value);
      tick.dataset.place = place < 0 ? "" : String(place + 1);
    }
  };

  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.name !== "photo") return;
    order = order.filter((id) => id !== box.value);
    if (box.checked) order.push(box.value);
    show();
  });
  // Enter on a checkbox would press Done, which cannot be undone.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.name === "photo") event.preventDefault();
  });
  form.addEventListener("submit", () => {
    form.elements.order.value = order.join(",");
  });
  // A page that comes back from the history keeps its ticks but not our list.
  window.addEventListener("pageshow", () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    order = order.filter((id) => ticked.includes(id));
    order.push(...ticked.filter((id) => !order.includes(id)));
    show();
  });
  show();
})();

// Makes the cart nicer; the page works without.
// What is changed is saved at once, and the new page takes the place of the old one.

document.addEventListener("change", (event) => {
  const form = event.target.closest(".cart-item form");
  if (form?.reportValidity()) save(form, form.querySelector("button[value=change]"));
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-saves]")) return;
  event.preventDefault();
  save(event.target, event.submitter);
});
let latest = 0;
tidy();

function tidy() { // what is changed is saved by itself
  for (const button of document.querySelectorAll("form[data-saves] button[value=change]")) button.hidden = true;
}

async function save(form, button) {
  const mine = ++latest;
  const body = new FormData(form, button);
  try {
    const answer = await fetch(form.action, { method: "POST", body, keepalive: true }); // saved even by who leaves at once
    if (!answer.ok || mine !== latest) return mine === latest && location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (new URL(answer.url).pathname !== "/cart/" || mine !== latest) return location.reload();
    const focused = document.activeElement.id;
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector("header.site").replaceWith(page.querySelector("header.site"));
    tidy();
    (document.getElementById(focused) ?? document.querySelector("main")).focus({ preventScroll: true });
  } catch {
    location.reload(); // offline, perhaps: the browser says so
  }
}

// Makes the photo station's screen livelier; it works without, and knows no secret.

const TOUCH_EVERY = 20_000; // milliseconds: often enough to say that somebody is there
let touchedAt = 0;

addEventListener("submit", async (event) => { // a button: the new screen takes the place of the old one
  const form = event.target;
  if (!form.matches(".station-form")) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  try {
    await show(await fetch(form.action, { method: "POST", body }), event.submitter?.value);
  } catch {
    location.reload();
  }
});
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, stay);
count();
setInterval(count, 1000);
setTimeout(look, 1000);

async function look() { // the server asks whoever is to be asked, when it is time
  const place = document.querySelector("[data-poll]");
  try {
    const answer = place && await fetch(place.dataset.poll, { headers: { Accept: "application/json" } });
    if (answer?.ok && place.isConnected) {
      const now = await answer.json();
      if (now.version !== place.dataset.version) await show(await fetch(location.href));
      else progress(place, now);
    }
  } catch { /* offline: look again later */ }
  setTimeout(look, 1500);
}

async function show(answer, pressed) {
  if (!answer.ok && answer.status !== 429) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  count();
  const main = document.querySelector("main");
  const same = pressed && main.querySelector(`button[value="${CSS.escape(pressed)}"]:not([disabled])`);
  (same || main.querySelector("[autofocus]") || main).focus({ preventScroll: true });
  if (!same) scrollTo(0, 0);
}

function progress(place, { done, total }) {
  const bar = place.querySelector("progress[max]"), words = place.querySelector("[data-done]");
  if (bar && total) [bar.max, bar.value] = [total, done];
  if (words) words.textContent = `${done} of ${total}`;
}

function count() { // minutes and seconds until the code ends
  for (const time of document.querySelectorAll("[data-until]")) {
    const left = Math.max(Math.ceil((new Date(time.dateTime) - Date.now()) / 1000), 0);
    time.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} minutes`;
  }
}

async function stay() { // whoever touches the screen is there, wherever they touch it
  const form = document.querySelector("[data-poll] .station-form");
  if (!form || Date.now() < touchedAt + TOUCH_EVERY) return;
  touchedAt = Date.now();
  const body = new FormData(form);
  body.set("do", "here");
  await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => { /* the next touch says it */ });
}

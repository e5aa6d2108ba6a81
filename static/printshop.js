// Makes three pages nicer; each of them works without it.
// 1. [data-poll]: watches work in progress. 2. .photo: shows the size that is selected. 3. .bar: adds up.

for (const place of document.querySelectorAll("[data-poll]")) watch(place);
for (const photo of document.querySelectorAll(".photo")) photo.addEventListener("change", () => show(photo));
document.querySelector("button[value=preview]")?.remove(); // the pictures follow by themselves
document.querySelector("form.prints-form")?.addEventListener("input", add);
add();

function watch(place) {
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-done]");
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.poll, { headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 404) return location.reload();
      if (answer.ok) {
        const now = await answer.json();
        if (now.version !== place.dataset.version) return location.reload();
        if (bar && now.total) [bar.max, bar.value] = [now.total, now.done];
        if (words) words.textContent = `${now.done} of ${now.total}`;
      }
    } catch { /* offline: look again later */ }
    setTimeout(look, 1500);
  };
  setTimeout(look, 1000);
}

function show(photo) {
  const option = photo.querySelector("select").selectedOptions[0];
  const image = photo.querySelector("img");
  if (image.getAttribute("src") !== option.dataset.preview) image.src = option.dataset.preview;
  const advice = photo.querySelector(".advice");
  advice.textContent = option.dataset.advice;
  advice.className = `advice badge ${option.dataset.tone}`;
  photo.querySelector(".anyway").hidden = option.dataset.tone !== "bad";
}

function add() {
  const sum = document.querySelector("[data-shipping]");
  if (!sum) return;
  let cents = 0, copies = 0;
  for (const photo of document.querySelectorAll(".photo")) {
    const wanted = Number(photo.querySelector("input[type=number]").value) || 0;
    copies += wanted;
    cents += wanted * Number(photo.querySelector("select").selectedOptions[0].dataset.cents);
  }
  const euros = (n) => `€${(n / 100).toFixed(2)}`;
  sum.textContent = `${copies} ${copies === 1 ? "print" : "prints"} · ${euros(cents)} + ${euros(Number(sum.dataset.shipping))} posting`;
}

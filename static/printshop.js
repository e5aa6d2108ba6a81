// Watches work in progress; each page works without it.

for (const place of document.querySelectorAll("[data-poll]")) watch(place);

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

// "What this page holds": which tokens there are, for whom, for what and for how long; of
// their text nothing.

import { attempt, copy, part } from "./screens.js";

const NAMES = { access: "Access token", refresh: "Refresh token", id: "ID token" };

export function watch(page, tokens) {
  const list = document.getElementById("held");
  const names = { [page.photos.url]: page.photos.name, [page.shop.url]: page.shop.name };
  const renew = document.getElementById("renew");
  let shown = "";

  function show() {
    const held = tokens.held();
    const now = JSON.stringify(held);
    if (now !== shown) list.replaceChildren(...held.map(row));
    shown = now;
    for (const [index, one] of held.entries()) if (one.expiresAt) count(list.children[index], one);
    document.getElementById("nothing-held").hidden = held.length > 0;
    renew.hidden = !held.some(({ kind }) => kind === "access");
  }

  function row(one) {
    const item = copy("t-held").firstElementChild;
    const say = (name, text) => (part(name, item).textContent = text);
    item.dataset.kind = one.kind;
    say("name", NAMES[one.kind]);
    say("for", { access: `for ${names[one.audience]}`, refresh: "for this page", id: `says: ${one.name}` }[one.kind]);
    part("facts", item).hidden = one.kind !== "access";
    part("left", item).hidden = one.kind !== "access";
    if (one.kind === "access") {
      say("audience", one.audience);
      say("scope", one.scope);
    } else {
      const renewed = one.renewals === 1 ? "once" : `${one.renewals} times`;
      say("about", one.kind === "id" ? "Read once. Kept to sign you out." : `Replaced ${renewed}. Each use ends it and brings a new one.`);
    }
    return item;
  }

  function count(item, { expiresAt }) {
    const seconds = Math.max(0, Math.round((expiresAt - Date.now()) / 1000));
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    part("left", item).textContent = seconds ? `${clock} left` : "over";
  }

  renew.addEventListener("click", () => attempt(async () => {
    for (const { kind, audience } of tokens.held()) if (kind === "access") await tokens.renew(audience);
    show();
  }));
  setInterval(show, 1000);
  show();
}

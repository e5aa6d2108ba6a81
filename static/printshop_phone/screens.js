// The phone's one screen, and what lies beside it. Text only ever becomes text.

const phone = document.querySelector("#phone");
export const part = (name, within = phone) => within.querySelector(`[data-${name}]`);

// Show one screen and say so to whoever cannot see it.
export function show(name) {
  for (const screen of phone.querySelectorAll("[data-screen]")) {
    screen.hidden = screen.dataset.screen !== name;
    if (!screen.hidden) screen.querySelector("[tabindex='-1']").focus({ preventScroll: true });
  }
}

export const shown = () => phone.querySelector("[data-screen]:not([hidden])").dataset.screen;

export function problem(title, text, detail = "") {
  part("title").textContent = title;
  part("text").textContent = text;
  part("detail").textContent = detail;
  show("problem");
}

export function element(name, text, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(text);
  return made;
}

// Of a secret, as much as shows which one it is.
export const masked = (text) => (text.length > 12 ? `${text.slice(0, 6)}…` : text);

const SECRETS = ["code", "code_verifier", "refresh_token", "access_token", "id_token", "token"];

export function listing(fields) {
  const lines = Object.entries(fields).map(
    ([name, value]) => `${name}: ${SECRETS.includes(name) ? masked(value) : value}`,
  );
  return lines.join("\n");
}

// "On the air": one line for each call, the newest first.
export function logged({ method, url, form, status, body }) {
  const { host, pathname } = new URL(url);
  const path = pathname.length > 40 ? `${pathname.slice(0, 18)}…` : pathname;
  const line = element("li", element("code", `${method} ${host}${path}`));
  const refused = status === 200 ? "" : ` ${body.error?.status ?? body.error}`;
  line.append(element("span", `${status}${refused}`, { className: refused ? "badge bad" : "badge good" }));
  if (form) line.append(element("pre", listing(form), { tabIndex: 0, ariaLabel: "What was sent" }));
  document.querySelector("[data-silence]").hidden = true;
  const air = document.querySelector("[data-air]");
  air.prepend(line);
  while (air.children.length > 12) air.lastChild.remove();
}

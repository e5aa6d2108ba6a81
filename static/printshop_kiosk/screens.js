// What the page's scripts share to show things. Text is set as text and never as markup:
// the page's Trusted Types allow nothing else.

const place = document.getElementById("screen");
const notice = document.getElementById("notice");
const steps = [...document.querySelectorAll("#steps li")];

export const part = (name, root = place) => root.querySelector(`[data-part="${name}"]`);

export function copy(template) {
  return document.getElementById(template).content.cloneNode(true);
}

// Another screen, and its heading gets the focus, so that it is read out. Gives a signal
// that ends with the screen.
let screen = new AbortController();
export function show(template, step = 0) {
  screen.abort();
  screen = new AbortController();
  place.replaceChildren(copy(`t-${template}`));
  for (const [index, item] of steps.entries()) {
    item.ariaCurrent = index + 1 === step ? "step" : null;
    item.classList.toggle("done", index + 1 < step);
  }
  hush();
  const heading = place.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
  return screen.signal;
}

// Say something, with a button perhaps.
export function say(sentence, { kind = "", offer = "", act = null } = {}) {
  const told = Object.assign(document.createElement("p"), { textContent: sentence });
  notice.className = `notice row apart ${kind}`;
  notice.role = kind === "error" ? "alert" : "status";
  notice.replaceChildren(told);
  if (offer) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: offer });
    button.addEventListener("click", () => (hush(), act()));
    notice.append(button);
  }
  notice.hidden = false;
}

export function hush() {
  notice.hidden = true;
  notice.replaceChildren();
}

// Do something that may go wrong; then say what happened, and offer what helps.
let signIn = () => {};
export const onSignIn = (act) => (signIn = act);
export async function attempt(action) {
  try {
    return await action();
  } catch (problem) {
    if (problem.name === "AbortError") return undefined; // the screen is gone
    if (problem.next === undefined) throw problem; // a mistake of ours: to the console
    const offer = { again: "Try again", "sign in": "Sign in" }[problem.next] ?? "";
    const act = problem.next === "again" ? () => attempt(action) : signIn;
    say(problem.message, { kind: "error", offer, act });
    return undefined;
  }
}

// "1 photo", "3 photos"
export const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

const EURO = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });
export const euros = ({ amount }) => EURO.format(amount);

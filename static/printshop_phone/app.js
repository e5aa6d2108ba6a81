// The Print Shop app on the played phone: a public client. It signs in, lets the person
// pick one photo, and orders a print of it.

import { depart, isAnswerTo, returned } from "./authorization.js";
import * as form from "./form.js";
import * as library from "./library.js";
import * as shop from "./orders.js";
import { element, part, problem, show, shown } from "./screens.js";
import { PHOTOS, SHOP, app, bearer, server, signIn, signOut } from "./session.js";
import { openBrowser, ways } from "./system.js";

let transaction; // what was asked and not answered yet
let person;
let photo;
let ordering; // the order that was sent: until there is an answer, nothing else can be done

export function start() {
  if (ordering) return show("order");
  return person ? atHome().catch(failed) : show("welcome");
}

export async function ask(way) {
  try {
    transaction = await depart(await server(), app, ways[way], openBrowser);
    for (const one of document.querySelectorAll("#phone [data-way]")) one.hidden = one.dataset.way !== way;
    show("browser");
  } catch (error) {
    failed(error);
  }
}

export function cancel() {
  transaction = undefined;
  start();
}

// The phone gives us an address. Anybody can make it do that: what was not asked for
// is not looked at, and what was asked for is still waited for.
export async function open(address) {
  if (!transaction || !isAnswerTo(transaction, address)) return;
  const asked = transaction;
  transaction = undefined; // one answer
  try {
    person = await signIn(returned(address, await server(), asked));
    ordering = undefined; // it may be another person
    await atHome();
  } catch (error) {
    failed(error.error === "invalid_grant" ? { error: SPOILT } : error);
  }
}

async function atHome() {
  part("person").textContent = person.name ?? person.sub;
  show("shop");
  const orders = await shop.orders(await bearer(SHOP));
  const lines = orders.map((one) => {
    const line = element("li", `${one.id} `);
    line.append(element("span", STAGES[one.status.stage], { className: "badge" }));
    return line;
  });
  part("orders").replaceChildren(...lines);
  part("no-orders").hidden = lines.length > 0;
}

const STAGES = { InProgress: "In progress", Complete: "Posted", Cancelled: "Cancelled" };

export async function pick() {
  try {
    const token = () => bearer(PHOTOS);
    const visit = await library.newVisit(token);
    show("picker");
    // The same trick: picking happens in the browser, at the library's own page.
    openBrowser(`${visit.pickerUri}/autoclose`);
    const item = await library.picked(token, visit, () => shown() !== "picker");
    if (!item) return await start();
    photo = await library.download(token, item);
    form.fillIn(await shop.products(await bearer(SHOP)), photo, person.name ?? "");
  } catch (error) {
    failed(error);
  }
}

export async function order() {
  ordering ??= shop.newOrder(photo, form.written());
  form.lock();
  try {
    await ordering.place(await bearer(SHOP));
    ordering = undefined;
    await start();
  } catch (error) {
    if (error.error in SENTENCES) return failed(error);
    if (ordering?.isOpen()) return form.unanswered();
    ordering = undefined;
    form.answered(error.message);
  }
}

export async function leave() {
  person = photo = ordering = undefined;
  show("welcome");
  await signOut().catch(() => {}); // forgotten here, whatever the server says
}

// Where a person must do something, they are told what; the error's own name is added.
function failed(error) {
  const [title, text] = SENTENCES[error.error] ?? ["That did not work", error.message];
  if (error.error in SENTENCES) person = ordering = undefined;
  problem(title, text, error.error ? `The server said: ${error.error.split(" ")[0]}.` : "");
}

const SPOILT = "invalid_grant for a code";
const SENTENCES = {
  access_denied: ["You said no", "That is fine. Without an account the app cannot order for you."],
  invalid_grant: ["Please sign in again", "Your session at the account has ended, and the app’s with it."],
  invalid_target: ["A permission is missing", "The app needs two: the photos you pick, and ordering. Allow both, please."],
  [SPOILT]: ["This sign-in is spoilt", "Somebody tried the answer before us, or it came too late. Nobody got in with it."],
};

// A phone, played by a page: which button does what, and which app is on the screen.

import * as printShop from "./app.js";
import { steal } from "./photo_fun.js";
import { onAir } from "./radio.js";
import { listing, logged, part, show } from "./screens.js";
import { app, server } from "./session.js";
import * as system from "./system.js";

const chosen = (name) => document.querySelector(`[name=${name}]:checked`).value;

// Photo Fun, while it is installed.
const photoFun = {
  async open(address) {
    this.loot = address;
    show("photo-fun");
    const told = await steal(address, await server(), app.clientId, chosen("theft") === "made-up");
    part("sent").textContent = listing(told.form);
    part("answer").textContent = `${told.status}\n${listing(told.body)}`;
    part("verdict").textContent = told.body.access_token
      ? "I am in." // nothing here decides it: the server did
      : "No token for me. The verifier stayed with Print Shop.";
    part("waiting").hidden = true;
    part("loot").hidden = false;
  },
};

function install(isInstalled) {
  part("installed").hidden = part("thief").hidden = !isInstalled;
  part("waiting").hidden = false;
  part("loot").hidden = true;
  if (isInstalled === system.isRegistered(photoFun)) return;
  (isInstalled ? system.register : system.unregister)(photoFun);
}

function signIn(way) {
  if (way === "scheme") system.takeScheme();
  return printShop.ask(way);
}

const DOES = {
  home: () => show("home"),
  start: printShop.start,
  cancel: printShop.cancel,
  pick: printShop.pick,
  "print-shop": printShop.start,
  "photo-fun": () => show("photo-fun"),
  "sign-in": () => signIn(chosen("way")),
  claimed: () => signIn((document.querySelector("#way-claimed").checked = true) && "claimed"),
  "sign-out": printShop.leave,
  "leave-picker": printShop.start,
  async steal() {
    // Of a claimed address there is nothing to steal; it has one owner.
    if (system.canTakeSchemes()) document.querySelector("#way-scheme").checked = true;
    install(true);
    await printShop.leave();
    document.querySelector("#phone").scrollIntoView({ block: "nearest" });
  },
  "pass-on"() {
    install(false);
    system.give(photoFun.loot);
  },
};

document.addEventListener("click", (event) => DOES[event.target.closest("[data-do]")?.dataset.do]?.());
document.querySelector("form[data-screen=order]").addEventListener("submit", (event) => {
  event.preventDefault();
  printShop.order();
});

onAir(logged);
system.register(printShop);
if (!system.canTakeSchemes()) {
  document.querySelector("#way-claimed").checked = true;
  document.querySelector("#way-scheme").disabled = true;
  part("only-claimed").hidden = false;
}

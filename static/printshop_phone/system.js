// The played phone's operating system: the browser it opens, and which app it gives an
// address to.
//
// A real phone would know the scheme com.example.printshop. Browsers hand a page none
// but web+…, which is registered for the same app in the demonstration.

const phone = document.querySelector("#phone");

export const SCHEME = "web+printshop";
export const ways = {
  scheme: `${SCHEME}:signed-in`, // private-use URI scheme: RFC 8252 §7.1
  claimed: phone.dataset.open, // claimed "https" address: RFC 8252 §7.2
};

// The installed apps that registered for the scheme. The standard does not say who is
// asked when there are two; here it is the newer one, since that is the worse for us.
const registered = [];
export const register = (app) => registered.push(app);
export const isRegistered = (app) => registered.includes(app);
export const unregister = (app) => registered.splice(registered.indexOf(app), 1);

export const canTakeSchemes = () => "registerProtocolHandler" in navigator;

// The browser asks the person; it never says what they answered.
export function takeScheme() {
  navigator.registerProtocolHandler(SCHEME, `${phone.dataset.open}?url=%s`);
}

// Another program, with an address bar, in which the app can read nothing: never a view
// inside the app, and never a frame. RFC 8252 §8.12
export function openBrowser(address) {
  for (const again of phone.querySelectorAll("[data-address]")) again.href = address; // if it was closed
  window.open(address, "_blank", "popup,width=520,height=780");
}

// Hands an address to an app. A claimed one has one owner, whoever else is installed.
export function give(address) {
  const receiver = address.startsWith(`${SCHEME}:`) ? registered.at(-1) : registered[0];
  receiver.open(address);
}

// /phone/open/ tells every open phone; only pages of this origin are on the channel, and
// each app looks at the state.
const channel = new BroadcastChannel(SCHEME);
channel.addEventListener("message", (event) => {
  if (event.origin === location.origin && typeof event.data === "string") give(event.data);
});

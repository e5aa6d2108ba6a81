// The phone's radio: how an app without an origin reaches servers.
//
// No CORS rule is about a native app, so this page's own fetch would not show one
// truly. What the app sends goes through /phone/wire/ of the shop: it adds nothing,
// keeps nothing, holds no secret, and reaches three places only.

import { Problem, reach } from "../printshop_kiosk/problems.js";

const phone = document.querySelector("#phone");
const heard = new EventTarget();

// Told of every call: the list "On the air" listens.
export const onAir = (listener) => heard.addEventListener("call", (event) => listener(event.detail));

// One request; returns { status, body }, or the bytes of a photo.
export async function send(call) {
  const answer = await reach("The network", phone.dataset.wire, {
    credentials: "same-origin", // the relay is for this page alone
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": phone.dataset.csrf },
    body: JSON.stringify(call),
  });
  if (!answer.ok) throw silence((await answer.json().catch(() => ({}))).error);
  const isPhoto = answer.headers.get("Content-Type") === "application/octet-stream";
  const told = isPhoto ? { status: 200, body: await answer.blob() } : await answer.json();
  heard.dispatchEvent(new CustomEvent("call", { detail: { ...call, ...told } }));
  return told;
}

function silence(sentence = "There is no connection just now.") {
  return new Problem(sentence, { answered: false });
}

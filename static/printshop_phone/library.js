// The photo service's Picker, as the app calls it: the person picks over there, and the
// app sees what was picked and nothing else.

import { Problem } from "../printshop_kiosk/problems.js";
import { send } from "./radio.js";

const { photos } = document.querySelector("#phone").dataset;
const SIZE = "=w2400-h2400"; // enough for the largest print that the app offers

// A visit to the picker; it knows where its page is.
export const newVisit = (token) => call(token, "POST", "/sessions", { pickingConfig: { maxItemCount: "1" } });

// Resolves with the visit when the person is done, or with nothing when `isOver()`.
export async function picked(token, visit, isOver) {
  while (!visit.mediaItemsSet) {
    await new Promise((resolve) => setTimeout(resolve, parseFloat(visit.pollingConfig.pollInterval) * 1000));
    if (isOver()) return undefined;
    visit = await call(token, "GET", `/sessions/${visit.id}`);
  }
  const { mediaItems = [] } = await call(token, "GET", `/mediaItems?sessionId=${visit.id}`);
  await call(token, "DELETE", `/sessions/${visit.id}`);
  return mediaItems[0];
}

// Its bytes; the address alone opens nothing, the token goes with it.
export async function download(token, item) {
  const bearer = await token();
  const told = await send({ method: "GET", url: `${item.mediaFile.baseUrl}${SIZE}`, bearer });
  return new Blob([told.body], { type: "image/jpeg" });
}

// `token` asks for a good one each time: people take long to choose.
async function call(token, method, path, json) {
  const bearer = await token();
  const { status, body } = await send({ method, url: `${photos}/picker/v1${path}`, bearer, json });
  if (status !== 200) throw new Problem(body.error?.message, { error: body.error?.status, status });
  return body;
}

// Letting somebody pick at the photo service, and reading what they picked. This page sees
// those photos and no other; where they pick, it is not.

import { Problem } from "./problems.js";

const MOST = 100; // photos: what one order takes as single prints
const SESSIONS = "/picker/v1/sessions";

// A visit to the picker: { id, pickerUri, pollingConfig, mediaItemsSet }.
export function begin(photos) {
  return photos.post(SESSIONS, { pickingConfig: { maxItemCount: String(MOST) } });
}

// Wait until the person is done, asking as often and for as long as the service wishes.
export async function done(photos, { id }, signal) {
  for (;;) {
    const session = await photos.json(`${SESSIONS}/${id}`, { signal });
    if (session.mediaItemsSet) return;
    const { pollInterval, timeoutIn } = session.pollingConfig; // "5s", "1790s"
    if (!(parseFloat(timeoutIn) > 0)) {
      throw new Problem("Nobody pressed Done for a while, so this visit to your photos has ended. Nothing is lost: begin again.");
    }
    await pause(parseFloat(pollInterval) * 1000, signal);
  }
}

// What was picked, all pages of it, and then the session is over.
export async function picked(photos, { id }) {
  const items = [];
  let token = "";
  do {
    const query = new URLSearchParams({ sessionId: id, pageSize: "50", pageToken: token });
    const page = await photos.json(`/picker/v1/mediaItems?${query}`);
    items.push(...(page.mediaItems ?? []));
    token = page.nextPageToken ?? "";
  } while (token);
  await photos.call(`${SESSIONS}/${id}`, { method: "DELETE" });
  return items;
}

// An image element cannot send a token, so the bytes are fetched, and shown from memory:
// the address is good in this page alone, and ends as soon as the picture is there.
export async function show(photos, { mediaFile }, image) {
  const answer = await photos.call(`${mediaFile.baseUrl}=w480-h480-c`);
  const address = URL.createObjectURL(await answer.blob());
  image.src = address;
  await image.decode().catch(() => {}); // no picture after all: its name stays
  URL.revokeObjectURL(address);
}

// The photo as its owner has it.
export async function original(photos, { mediaFile }) {
  return (await photos.call(`${mediaFile.baseUrl}=d`)).blob();
}

// Wait so long, or until somebody comes back to this tab: perhaps they are done.
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = (act) => () => (over.abort(), clearTimeout(timer), act());
    const timer = setTimeout(end(resolve), milliseconds);
    const options = { signal: over.signal };
    const back = end(resolve);
    document.addEventListener("visibilitychange", () => document.hidden || back(), options);
    signal?.addEventListener("abort", end(() => reject(signal.reason)), options);
  });
}

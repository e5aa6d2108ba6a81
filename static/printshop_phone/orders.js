// The shop's orders resource, as the app calls it: /v1/, with a token that is for the
// shop alone (RFC 8707 §2.2). It is this page's own server, so no radio is needed.

import { Problem, reach } from "../printshop_kiosk/problems.js";

// What this app offers: prints of one photo, small enough for a phone's copy of it.
export async function products(bearer) {
  const { products: all } = await call(bearer, "GET", "products");
  return all.filter((one) => ["10x15", "13x18", "20x20"].includes(one.sku));
}

export async function orders(bearer) {
  return (await call(bearer, "GET", "orders?top=5")).orders;
}

// One print of one photo. An order costs money, and its answer may get lost: so the photo
// is sent once, and each try is the same order to the letter. Its key makes that one.
export function newOrder(photo, { sku, recipient }) {
  const idempotencyKey = crypto.randomUUID();
  let body;
  let isOpen = false; // was it sent, and nobody knows what became of it?

  async function place(bearer) {
    body ??= await written(bearer);
    const wasOpen = isOpen;
    isOpen = true;
    try {
      await call(bearer, "POST", "orders", body);
    } catch (problem) {
      isOpen = !problem.answered || (wasOpen && UNREAD.includes(problem.status));
      throw problem;
    }
  }

  async function written(bearer) {
    const { asset } = await call(bearer, "POST", "assets?fileName=phone.jpg", photo);
    const item = { sku, copies: 1, assets: [{ id: asset.id, acceptLowResolution: true }] };
    return JSON.stringify({ idempotencyKey, recipient, items: [item] });
  }

  return Object.freeze({ place, isOpen: () => isOpen });
}

const UNREAD = [401, 403, 429]; // refused before it was looked at: says nothing of the try before

async function call(bearer, method, path, body) {
  const type = body instanceof Blob ? body.type : "application/json";
  const answer = await reach("The shop", `/v1/${path}`, {
    method,
    body, // and no cookie: it would mean nothing there
    headers: { Authorization: `Bearer ${bearer}`, "Content-Type": type }, // RFC 6750 §2.1
  });
  if (answer.ok) return answer.json();
  const { status } = answer;
  const told = await answer.json().catch(() => ({})); // RFC 9457 §3.1
  throw new Problem(told.detail ?? `The shop answered ${status}.`, { status, error: told.title, answered: status < 500 });
}

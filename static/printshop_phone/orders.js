// The shop's orders resource, as the app calls it: /v1/, with a token that is for the
// shop alone (RFC 8707 §2.2). It is this page's own server, so no radio is needed.

import { Refused } from "./authorization.js";

// What this app offers: prints of one photo, small enough for a phone's copy of it.
export async function products(bearer) {
  const { products: all } = await call(bearer, "GET", "products");
  return all.filter((one) => ["10x15", "13x18", "20x20"].includes(one.sku));
}

export async function orders(bearer) {
  return (await call(bearer, "GET", "orders?top=5")).orders;
}

// Send the photo, then order one print of it. The key makes asking twice harmless.
export async function order(bearer, photo, sku, recipient, key) {
  const { asset } = await call(bearer, "POST", "assets?fileName=phone.jpg", photo);
  const item = { sku, copies: 1, assets: [{ id: asset.id, acceptLowResolution: true }] };
  const body = { idempotencyKey: key, recipient, items: [item] };
  return (await call(bearer, "POST", "orders", JSON.stringify(body))).order;
}

async function call(bearer, method, path, body) {
  const type = body instanceof Blob ? body.type : "application/json";
  const answer = await fetch(`/v1/${path}`, {
    method,
    body,
    credentials: "omit", // a cookie means nothing there
    headers: { Authorization: `Bearer ${bearer}`, "Content-Type": type }, // RFC 6750 §2.1
  });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.title, told.detail);
  return told;
}

// The shop's orders resource: products, prices, photos, orders. It takes the second access
// token, and would refuse the one for the photos.

const JPEG = "image/jpeg";

export const products = async (shop) => (await shop.json("/v1/products")).products;

// What it would cost, for each way of sending.
export async function quotes(shop, items, destinationCountryCode) {
  return (await shop.post("/v1/quotes", { destinationCountryCode, items })).quotes;
}

// A photo, as it is. What comes back says how sharp it will be as each product.
export async function upload(shop, name, blob) {
  const query = new URLSearchParams({ fileName: name });
  const headers = { "Content-Type": blob.type || JPEG };
  return (await (await shop.call(`/v1/assets?${query}`, { method: "POST", headers, body: blob })).json()).asset;
}

// Some products are made of one photo each, others of all of them.
export function items({ product, finish, copies }, assets) {
  const item = (some) => ({ sku: product.sku, copies, attributes: { finish }, assets: some });
  return product.photos.most === 1 ? assets.map((asset) => item([asset])) : [item(assets)];
}

// An order costs money, and an answer may get lost. So the order has a key: sent again
// with the same one it is the same order. It stays until the shop has answered.
let unanswered = null;

export const isUnanswered = () => unanswered !== null;

export async function place(shop, wanted) {
  const isFirst = !isUnanswered();
  unanswered ??= { idempotencyKey: crypto.randomUUID(), ...wanted };
  try {
    const { order } = await shop.post("/v1/orders", unanswered);
    unanswered = null;
    return order;
  } catch (problem) {
    // "Wait" or "sign in" says of this try that nothing was ordered, and nothing of the try
    // before it; 409 says that somebody is at it still.
    const isRefused = isFirst && problem.answered && problem.status !== 409;
    if (isRefused || problem.status === 400) unanswered = null;
    throw problem;
  }
}

export const order = async (shop, id) => (await shop.json(`/v1/orders/${id}`)).order;
export const lately = async (shop) => (await shop.json("/v1/orders?top=3")).orders;

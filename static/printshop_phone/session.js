// Who is signed in at the app, and its tokens: in the variables of this module and
// nowhere else. A reload forgets them.

import { discover, redeem, refresh, revoke } from "./authorization.js";

const { clientId, issuer, photos, shop } = document.querySelector("#phone").dataset;
export const PHOTOS = photos;
export const SHOP = shop;
export const app = {
  clientId,
  // No offline_access: the refresh token ends with the person's session at the account.
  scope: "openid profile photospicker.mediaitems.readonly printshop.orders",
  resources: [PHOTOS, SHOP],
};

let metadata;
let refreshToken;
let queue = Promise.resolve();
const held = new Map(); // service → its access token, and until when it is good

export const server = async () => (metadata ??= await discover(issuer));

// The answer's code becomes tokens; returns the checked claims of the ID token.
export async function signIn(answer) {
  const tokens = await redeem(metadata, app, answer);
  keep(PHOTOS, tokens);
  return tokens.claims;
}

// A token for one service. One refresh at a time: a refresh token is good for one.
export function bearer(service) {
  queue = queue.catch(() => {}).then(() => fresh(service));
  return queue;
}

export async function signOut() {
  const last = refreshToken;
  refreshToken = undefined;
  held.clear();
  if (last) await revoke(metadata, app, last);
}

async function fresh(service) {
  if (!(held.get(service)?.until > Date.now())) {
    keep(service, await refresh(metadata, app, refreshToken, service));
  }
  return held.get(service).text;
}

function keep(service, tokens) {
  held.set(service, { text: tokens.access_token, until: Date.now() + (tokens.expires_in - 30) * 1000 });
  refreshToken = tokens.refresh_token ?? refreshToken; // RFC 6749 §6
}

// The tokens: redeemed, kept in this function's own variables, renewed, given back.
//
// Nothing here writes to storage, to a cookie or to the document: when the page goes, they
// go (RFC 9700 §4.14). What script in this page could do with them, the Content Security
// Policy makes hard to become: no script but the shop's own runs here.
//
// Signing out gives them back. Closing the page tells nobody: the refresh token, which
// nobody has any more, stays good until the session at the account ends.

import { identity } from "./id_token.js";
import { Problem, reach } from "./problems.js";

const SOON = 10_000; // milliseconds: an access token that ends so soon is renewed first

export function keeper(page, metadata) {
  const access = new Map(); // resource server → { token, scope, expiresAt }
  let refreshToken = "";
  let idToken = "";
  let claims = null;
  let renewals = 0;
  let last = Promise.resolve(); // the renewal under way: one at a time
  const over = new AbortController(); // signing out ends all calls that are under way

  // Both token requests of this page; a public client only names itself. RFC 6749 §3.2.1
  async function request(parameters) {
    const form = new URLSearchParams({ client_id: page.clientId, ...parameters });
    const answer = await reach("The account service", metadata.token_endpoint, { method: "POST", body: form, signal: over.signal });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && /^bearer$/i.test(told.token_type)) return told; // RFC 6749 §5.1
    const sentence = `The account service gave no token (${told.error ?? answer.status}). Sign in again.`;
    throw new Problem(sentence, { error: told.error, next: "sign in" }); // RFC 6749 §5.2
  }

  function keep(resource, told) {
    const expiresAt = Date.now() + told.expires_in * 1000;
    // One for no resource server opens nothing here, and is not kept.
    if (resource) access.set(resource, { token: told.access_token, scope: told.scope ?? page.scope, expiresAt });
    refreshToken = told.refresh_token ?? refreshToken; // the new one: the old one is dead
  }

  // The code, and the secret that proves that this page asked for it. RFC 6749 §4.1.3, RFC 7636 §4.5
  async function redeem({ code, codeVerifier, nonce }) {
    const proof = { grant_type: "authorization_code", code, redirect_uri: page.redirectUri, code_verifier: codeVerifier };
    for (const resource of [page.photos.url, page.shop.url, ""]) {
      try {
        const told = await request(resource ? { ...proof, resource } : proof);
        claims = identity(told.id_token, { issuer: page.issuer, clientId: page.clientId, nonce });
        idToken = told.id_token;
        return keep(resource, told);
      } catch (problem) {
        // What the person left out is no target, and the code is still good. RFC 8707 §2.2
        if (problem.error !== "invalid_target" || !resource) throw problem;
      }
    }
  }

  // A fresh access token for one resource server. RFC 6749 §6, RFC 8707 §2.2
  async function renew(resource) {
    if (!refreshToken) throw new Problem("You are signed out here. Sign in again.", { next: "sign in" });
    try {
      keep(resource, await request({ grant_type: "refresh_token", refresh_token: refreshToken, resource }));
      renewals += 1;
    } catch (problem) {
      if (problem.error === "invalid_grant") forget(); // ended elsewhere, or stolen and used
      throw problem;
    }
  }

  const isGood = (held, refused) => held && held.token !== refused && held.expiresAt > Date.now() + SOON;

  // The token to send now; `refused` is one that was just answered with 401. Calls that
  // come together wait for one renewal: a refresh token that is used twice ends the whole
  // grant (RFC 9700 §4.14.2).
  async function accessToken(resource, refused = "") {
    last = last.catch(() => {}).then(async () => {
      over.signal.throwIfAborted();
      if (!isGood(access.get(resource), refused)) await renew(resource);
      return access.get(resource).token;
    });
    return last;
  }

  // Signing out: nothing here opens anything any more. Gives what tells the server so: the ID
  // token, a last time, and how to revoke the refresh token, with which the whole grant
  // goes. RFC 7009 §2.1
  function giveBack() {
    const [hint, token] = [idToken, refreshToken];
    over.abort();
    forget();
    const form = new URLSearchParams({ client_id: page.clientId, token, token_type_hint: "refresh_token" });
    const revoke = async () => token && (await reach("The account service", metadata.revocation_endpoint, { method: "POST", body: form })).text();
    return { hint, revoke };
  }

  function forget() {
    access.clear();
    refreshToken = idToken = "";
    claims = null;
  }

  // What may be shown of them: everything but their text.
  function held() {
    const mine = [...access].map(([audience, { scope, expiresAt }]) => ({ kind: "access", audience, scope, expiresAt }));
    if (refreshToken) mine.push({ kind: "refresh", renewals });
    if (claims) mine.push({ kind: "id", name: claims.name ?? claims.email ?? claims.sub });
    return mine;
  }

  return Object.freeze({ redeem, accessToken, giveBack, held, renew: (resource) => accessToken(resource, access.get(resource)?.token), who: () => claims, over: over.signal });
}

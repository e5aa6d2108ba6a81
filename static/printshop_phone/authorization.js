// Signing in as an app that can keep no secret: the authorization code with PKCE.
//
// RFC 8252 §6: the browser is another program, and the answer comes back as an address
// that the phone gives to whoever registered for it. Nothing here touches the page.

import { codeChallenge, codeVerifier, unguessable } from "../printshop_kiosk/pkce.js";
import { Problem, reach } from "../printshop_kiosk/problems.js";
import { send } from "./radio.js";

// Where the endpoints are, and whether the document is this issuer's. RFC 8414 §3.3
export async function discover(issuer) {
  const answer = await reach("The account service", `${issuer}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Problem("The account service is not ready. Try again in a minute.");
  const metadata = await answer.json();
  if (metadata.issuer !== issuer) throw new Problem("another issuer");
  return metadata;
}

// Send the person to the authorization server, in the browser that `open` opens. What is
// returned is remembered until the answer comes: in the app's memory, and nowhere else.
// RFC 6749 §4.1.1
export async function depart(metadata, app, redirectUri, open) {
  const transaction = { redirectUri, state: unguessable(), nonce: unguessable(), codeVerifier: codeVerifier() };
  const request = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: app.clientId,
    redirect_uri: redirectUri,
    scope: app.scope,
    state: transaction.state, // RFC 6749 §10.12
    nonce: transaction.nonce, // OIDC Core §3.1.2.1
    claims: JSON.stringify({ id_token: { name: null } }), // OIDC Core §5.5: saves a call
    code_challenge: await codeChallenge(transaction.codeVerifier), // RFC 7636 §4.3
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) request.searchParams.set(name, value);
  // One sign-in for two services: each token will be for one of them. RFC 8707 §2.1
  for (const resource of app.resources) request.searchParams.append("resource", resource);
  open(request.href);
  return transaction;
}

// Is this the answer to what was asked? It may come from anybody, at any time.
export function isAnswerTo(transaction, address) {
  const [uri] = address.split("?");
  return uri === transaction.redirectUri && queryOf(address).get("state") === transaction.state;
}

// What came back, checked: who speaks is asked before what is said. The token request
// takes nothing less than this.
export function returned(address, metadata, transaction) {
  const query = queryOf(address);
  if (!isAnswerTo(transaction, address)) throw new Problem("state differs"); // RFC 6749 §10.12
  if (query.get("iss") !== metadata.issuer) throw new Problem("another issuer"); // RFC 9207 §2.4
  if (query.get("error")) throw refused(query.get("error"), query.get("error_description"));
  return { ...transaction, code: query.get("code") };
}

// The token request: the code, and the proof that we asked for it. RFC 7636 §4.5
export async function redeem(metadata, app, answer) {
  const tokens = await ask(metadata, {
    grant_type: "authorization_code",
    client_id: app.clientId, // a name, not a proof: RFC 6749 §3.2.1
    code: answer.code,
    redirect_uri: answer.redirectUri,
    code_verifier: answer.codeVerifier,
    resource: app.resources[0], // RFC 8707 §2.2
  });
  return { ...tokens, claims: checkedClaims(tokens.id_token, metadata, app, answer) };
}

// The next tokens; the refresh token is another each time (RFC 9700 §4.14.2).
export async function refresh(metadata, app, refreshToken, resource) {
  const form = { grant_type: "refresh_token", client_id: app.clientId, refresh_token: refreshToken };
  return ask(metadata, { ...form, resource });
}

// All that came of the sign-in ends with its refresh token. RFC 7009 §2.1
export async function revoke(metadata, app, refreshToken) {
  const form = { token: refreshToken, client_id: app.clientId };
  await send({ method: "POST", url: metadata.revocation_endpoint, form });
}

async function ask(metadata, form) {
  const { status, body } = await send({ method: "POST", url: metadata.token_endpoint, form });
  if (status !== 200) throw refused(body.error, body.error_description); // RFC 6749 §5.2
  if (body.token_type?.toLowerCase() !== "bearer") throw new Problem("unknown token_type");
  return body;
}

// Who signed in. The token came from the token endpoint itself and not through the
// browser, so its signature may go unchecked (OIDC Core §3.1.3.7, number 6): over TLS, a
// phone knows who answered. Played by a page the answer passes the shop's relay, which is
// believed too: it is the server that this script came from.
export function checkedClaims(idToken, metadata, app, { nonce }, now = Date.now() / 1000) {
  const claims = JSON.parse(new TextDecoder().decode(bytes(String(idToken).split(".")[1])));
  const audience = [claims.aud].flat();
  if (claims.iss !== metadata.issuer) throw new Problem("iss differs"); // number 2
  if (audience.length !== 1 || audience[0] !== app.clientId) throw new Problem("aud differs"); // 3
  if (!(claims.exp > now)) throw new Problem("the ID token has expired"); // number 9
  if (claims.nonce !== nonce) throw new Problem("nonce differs"); // number 11
  return claims;
}

function refused(error, sentence) {
  return new Problem(sentence || error, { error });
}

const queryOf = (address) => new URLSearchParams(address.split("?").slice(1).join("?"));

function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

// Signing in as an app that can keep no secret: the authorization code with PKCE.
//
// RFC 8252 §6: the browser is another program, and the answer comes back as an address
// that the phone gives to whoever registered for it. Nothing here touches the page.

import { codeChallenge, codeVerifier } from "../printshop_kiosk/pkce.js";
import { send } from "./radio.js";

export class Refused extends Error {
  constructor(error, sentence) {
    super(sentence || error);
    this.error = error;
  }
}

// Where the endpoints are, and whether the document is this issuer's. RFC 8414 §3.3
export async function discover(issuer) {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  const metadata = await answer.json();
  if (metadata.issuer !== issuer) throw new Refused("another issuer");
  return metadata;
}

// What is remembered until the answer comes: in the app's memory, and nowhere else.
export function newTransaction(redirectUri) {
  const [state, nonce] = [codeVerifier(), codeVerifier()]; // random enough for these too
  return { redirectUri, state, nonce, verifier: codeVerifier() }; // RFC 7636 §4.1
}

// The address that the system browser is to open. RFC 6749 §4.1.1
export async function authorizationRequest(metadata, app, transaction) {
  const address = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: app.clientId,
    redirect_uri: transaction.redirectUri,
    scope: app.scope,
    state: transaction.state, // RFC 6749 §10.12
    nonce: transaction.nonce, // OIDC Core §3.1.2.1
    claims: JSON.stringify({ id_token: { name: null } }), // OIDC Core §5.5: saves a call
    code_challenge: await codeChallenge(transaction.verifier), // RFC 7636 §4.3
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  // One sign-in for two services: each token will be for one of them. RFC 8707 §2.1
  for (const resource of app.resources) address.searchParams.append("resource", resource);
  return address.href;
}

// Is this the answer to what was asked? It may come from anybody, at any time.
export function isAnswerTo(transaction, address) {
  const [uri] = address.split("?");
  return uri === transaction.redirectUri && queryOf(address).get("state") === transaction.state;
}

// The code in an answer. Who speaks is asked before what is said.
export function codeIn(address, metadata, transaction) {
  const query = queryOf(address);
  if (!isAnswerTo(transaction, address)) throw new Refused("state differs"); // RFC 6749 §10.12
  if (query.get("iss") !== metadata.issuer) throw new Refused("another issuer"); // RFC 9207 §2.4
  if (query.get("error")) throw new Refused(query.get("error"), query.get("error_description"));
  return query.get("code");
}

// The token request: the code, and the proof that we asked for it. RFC 7636 §4.5
export async function redeem(metadata, app, transaction, code) {
  const tokens = await ask(metadata, {
    grant_type: "authorization_code",
    client_id: app.clientId, // a name, not a proof: RFC 6749 §3.2.1
    code,
    redirect_uri: transaction.redirectUri,
    code_verifier: transaction.verifier,
    resource: app.resources[0], // RFC 8707 §2.2
  });
  return { ...tokens, claims: checkedClaims(tokens.id_token, metadata, app, transaction) };
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
  if (status !== 200) throw new Refused(body.error, body.error_description); // RFC 6749 §5.2
  if (body.token_type?.toLowerCase() !== "bearer") throw new Refused("unknown token_type");
  return body;
}

// Who signed in. The token came from the token endpoint itself and not through the
// browser, so its signature may go unchecked: OIDC Core §3.1.3.7, number 6.
export function checkedClaims(idToken, metadata, app, transaction, now = Date.now() / 1000) {
  const claims = JSON.parse(new TextDecoder().decode(bytes(String(idToken).split(".")[1])));
  const audience = [claims.aud].flat();
  if (claims.iss !== metadata.issuer) throw new Refused("iss differs"); // number 2
  if (audience.length !== 1 || audience[0] !== app.clientId) throw new Refused("aud differs"); // 3
  if (!(claims.exp > now)) throw new Refused("the ID token has expired"); // number 9
  if (claims.nonce !== transaction.nonce) throw new Refused("nonce differs"); // number 11
  return claims;
}

const queryOf = (address) => new URLSearchParams(address.split("?").slice(1).join("?"));

function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

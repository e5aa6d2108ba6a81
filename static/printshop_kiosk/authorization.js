// The authorization request and its answer: RFC 6749 §4.1.1, RFC 6749 §4.1.2.
//
// This page is a public client (RFC 6749 §2.1): whoever opens it can read all of it, so it
// has no secret to prove who it is. Instead it makes up one secret for each sign-in.

import { codeChallenge, codeVerifier, unguessable } from "./pkce.js";
import { Problem, reach } from "./problems.js";

// What survives the way to the authorization server and back: no token. It is removed
// the moment the answer is read.
const TRANSACTION = "kiosk.transaction";

// The issuer is all this page is told; where its endpoints are, it says. OIDC Discovery §4
export async function discover({ issuer }) {
  const answer = await reach("The account service", `${issuer}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Problem("The account service is not ready. Try again in a minute.");
  const metadata = await answer.json();
  if (metadata.issuer !== issuer) { // OIDC Discovery §4.3
    throw new Problem("Another service answered than the one this page knows. Do not go on; tell the shop.", { next: "" });
  }
  return metadata;
}

// Send the person to the authorization server, with a request only this tab can complete.
export async function depart(page, metadata) {
  const transaction = { state: unguessable(), nonce: unguessable(), codeVerifier: codeVerifier() };
  sessionStorage.setItem(TRANSACTION, JSON.stringify(transaction));

  const request = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: page.clientId,
    redirect_uri: page.redirectUri,
    scope: page.scope,
    state: transaction.state, // RFC 6749 §10.12
    nonce: transaction.nonce, // OIDC Core §3.1.2.1
    code_challenge: await codeChallenge(transaction.codeVerifier), // RFC 7636 §4.3
    code_challenge_method: "S256", // RFC 9700 §2.1.1
    // The name in the ID token: no access token here is for UserInfo. OIDC Core §5.5
    claims: JSON.stringify({ id_token: { name: null, email: null } }),
  };
  for (const [name, value] of Object.entries(parameters)) request.searchParams.set(name, value);
  // One sign-in for two resource servers, each named: RFC 8707 §2.
  for (const { url } of [page.photos, page.shop]) request.searchParams.append("resource", url);
  location.assign(request);
}

// The answer in this page's address, checked; null if there is none. The token request
// takes nothing less than what this returns.
export function returned({ issuer }) {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("code") && !answer.has("error")) return null;

  // Out of the address bar and the history, whatever it says. RFC 9700 §4.3.2
  history.replaceState(null, "", location.pathname);
  const transaction = JSON.parse(sessionStorage.getItem(TRANSACTION) ?? "null");
  sessionStorage.removeItem(TRANSACTION); // no answer counts twice

  const names = [...answer.keys()];
  if (new Set(names).size < names.length) throw not("a parameter came twice"); // RFC 6749 §3.1
  // 1. Did this tab ask? Else somebody else's sign-in is being put into it. RFC 6749 §10.12
  if (!transaction || answer.get("state") !== transaction.state) throw not("state differs");
  // 2. Did the server answer that was asked, and no other? RFC 9207 §2.4
  if (answer.get("iss") !== issuer) throw not("iss is another server");
  // 3. Only now that we know who is speaking: what does it say? RFC 6749 §4.1.2.1
  if (answer.get("error") === "access_denied") {
    throw new Problem("You allowed nothing, so nothing happened, and we see none of your photos. Sign in again if you change your mind.", { next: "sign in" });
  }
  if (answer.has("error")) throw not(`the answer was ${answer.get("error")}`);
  // 4. The code. RFC 6749 §4.1.2
  return { code: answer.get("code"), nonce: transaction.nonce, codeVerifier: transaction.codeVerifier };
}

function not(reason) {
  return new Problem(`We could not trust that sign-in (${reason}), so it was not used. Begin again here.`, { next: "sign in" });
}

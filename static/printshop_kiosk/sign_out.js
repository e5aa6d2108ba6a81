// Signing out: here at once, then at the account. OIDC RP-Initiated Logout §2

import { unguessable } from "./pkce.js";

const STATE = "kiosk.signing-out";

// `hint` and `revoke`: what is left of the tokens here. By POST: in an address the ID
// token would stay in the history.
export async function signOut(page, metadata, { hint, revoke }) {
  try {
    await revoke();
  } catch (problem) {
    problem.message = "You are signed out here. Your account could not be reached, so it was not told: in this browser you are signed in there still. Try again.";
    throw problem;
  }
  const state = unguessable();
  sessionStorage.setItem(STATE, state);
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: metadata.end_session_endpoint, hidden: true });
  const parameters = { id_token_hint: hint, client_id: page.clientId, post_logout_redirect_uri: page.redirectUri, state };
  for (const [name, value] of Object.entries(parameters)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

// Is this page's address the answer to that? OIDC RP-Initiated Logout §3
export function cameBack() {
  const state = new URLSearchParams(location.search).get("state");
  const expected = sessionStorage.getItem(STATE);
  sessionStorage.removeItem(STATE);
  if (state) history.replaceState(null, "", location.pathname);
  return Boolean(state) && state === expected;
}

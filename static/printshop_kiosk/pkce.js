// Proof Key for Code Exchange: a secret that this page makes up for one sign-in.
//
// Only its hash travels with the browser, in the authorization request. Whoever steals
// the code from the redirect saw the hash, and cannot work back from it to the secret
// that the token request must show: RFC 7636 §1.

// The secret: 32 random bytes, written as 43 characters. RFC 7636 §4.1
export function codeVerifier() {
  return unguessable();
}

// Of the same kind are `state` and `nonce`: nobody can guess 256 bits.
export function unguessable() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

// What is shown of it in public: BASE64URL(SHA256(ASCII(code_verifier))). RFC 7636 §4.2
// `plain`, the other method, would show the secret itself. Web Crypto is there on https
// and on localhost only.
export async function codeChallenge(verifier) {
  const ascii = new TextEncoder().encode(verifier);
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", ascii)));
}

// Base64 with - and _ for + and /, without the padding. RFC 7636 §3
function base64url(bytes) {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

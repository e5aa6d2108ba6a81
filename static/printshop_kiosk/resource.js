// Calls to a resource server: the access token in a header, and nowhere else. RFC 6750 §2.1

import { Problem, reach } from "./problems.js";

// `server` is { url, name, scope, does }. The answer of `call` is good, or a Problem.
export function resourceServer(tokens, server) {
  async function call(path, { signal = tokens.over, ...options } = {}) {
    const url = new URL(path, server.url);
    // The token is for this server alone: nobody gets it by being linked to. RFC 9700 §2.3
    if (url.origin !== new URL(server.url).origin) throw new Problem(`${server.name} named an address that is not its own.`, { next: "" });
    let refused = "";
    for (;;) {
      const token = await permitted(() => tokens.accessToken(server.url, refused));
      const headers = { ...options.headers, Authorization: `Bearer ${token}` };
      const answer = await reach(server.name, url, { ...options, headers, signal: AbortSignal.any([signal, tokens.over]) });
      if (answer.ok) return answer;
      // 401: the token died early, perhaps. One renewal, one more try. RFC 6750 §3.1
      if (answer.status !== 401 || refused) throw await refusal(answer);
      refused = token;
    }
  }

  // Permissions are given one by one, and this one may have been left out. RFC 6749 §3.3
  async function permitted(getToken) {
    try {
      return await getToken();
    } catch (problem) {
      throw problem.error === "invalid_target" ? missing() : problem; // RFC 8707 §2.2
    }
  }

  function missing() {
    const sentence = `You did not allow this page to ${server.does}. It cannot go on without; everything else stays as you said. Sign in again to be asked once more.`;
    return new Problem(sentence, { next: "sign in", error: "insufficient_scope" });
  }

  async function refusal(answer) {
    const challenge = answer.headers.get("WWW-Authenticate") ?? "";
    if (challenge.includes('error="insufficient_scope"')) return missing(); // RFC 6750 §3.1
    if (answer.status === 401) {
      return new Problem(`${server.name} does not know you any more. Sign in again.`, { next: "sign in" });
    }
    const told = await answer.json().catch(() => ({}));
    const said = told.detail ?? told.error?.message ?? `It answered ${answer.status}.`; // RFC 9457 §3.1
    const wait = answer.headers.get("Retry-After"); // RFC 9110 §10.2.3
    const sentence = `${server.name}: ${said}${wait ? ` Try again in ${wait} seconds.` : ""}`;
    const { status } = answer;
    return new Problem(sentence, { status, answered: status < 500, fields: told.errors ?? [] });
  }

  const json = async (path, options) => (await call(path, options)).json();
  const post = (path, body) =>
    json(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return Object.freeze({ call, json, post });
}

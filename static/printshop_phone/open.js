// The browser came here with an answer for the app: in `url` if it took the scheme, or
// in this very address if the app claimed it. RFC 8252 §7.1, RFC 8252 §7.2
//
// The code leaves the address and the history at once, before anything else happens.

const here = new URL(location.href);
history.replaceState(null, "", here.pathname); // RFC 9700 §4.3.1

const answer = here.searchParams.get("url") ?? here.href;
const channel = new BroadcastChannel("web+printshop"); // reaches this origin only
channel.postMessage(answer);

// A browser closes what a page opened. Where it does not, the page says what to do.
window.close();

// The browser app: from signing in to an ordered print, in the order in which it happens.
//
// It knows the issuer, two resource servers and its own name; the rest it is told. What it
// knows of a person is in variables of this page, and ends with it.

import { depart, discover, returned } from "./authorization.js";
import { choose } from "./choosing.js";
import { watch } from "./holdings.js";
import { make } from "./making.js";
import { address } from "./parcel.js";
import { follow, recall } from "./placed.js";
import { resourceServer } from "./resource.js";
import { attempt, onSignIn, part, say, show } from "./screens.js";
import { send } from "./sending.js";
import { cameBack, signOut } from "./sign_out.js";
import { keeper } from "./tokens.js";

const page = JSON.parse(document.getElementById("page").textContent);
const WAS_HERE = "kiosk.was-here"; // no token: a mark, so that a reload can be explained

let metadata = null;
const known = async () => (metadata ??= await discover(page));
const signIn = () => attempt(async () => depart(page, await known()));
onSignIn(signIn);

async function begin() {
  welcome();
  const answer = await attempt(() => returned(page));
  if (answer) return attempt(() => enter(answer));
  if (answer !== null) return undefined; // it was none to be trusted; that was said
  if (cameBack()) return say("You are signed out, here and at your account. The tokens are gone.", { kind: "success" });
  return sessionStorage.getItem(WAS_HERE) && forgotten();
}

function welcome() {
  show("welcome");
  part("sign-in").addEventListener("click", signIn);
}

// 1. Redeem the code; the page holds tokens from here on.
async function enter(answer) {
  const tokens = keeper(page, await known());
  await tokens.redeem(answer);
  sessionStorage.setItem(WAS_HERE, "yes");
  watch(page, tokens);
  const button = document.getElementById("sign-out");
  button.hidden = false;
  button.addEventListener("click", () => ((button.hidden = true), leave(tokens)));
  return shop(tokens);
}

// 2. Photos, products, parcel: a resource server for the first, another for the rest.
function shop(tokens) {
  const photos = resourceServer(tokens, page.photos);
  const orders = resourceServer(tokens, page.shop);
  const basket = { assets: new Map() };
  const toPhotos = () => Promise.all([choose(photos, (picked) => ((basket.photos = picked), toPrints())), recall(orders)]);
  const toPrints = () => make(page, orders, basket, { goOn: toSending, goBack: toPhotos });
  const toSending = () => send(photos, orders, basket, { goOn: toParcel, goBack: toPrints, startOver: toPhotos });
  const toParcel = () => address(page, orders, basket, tokens.who(), { goOn: done, goBack: toPrints });
  const done = (order) => follow(orders, order, () => shop(tokens));
  return toPhotos();
}

// 3. Sign out here at once, whoever may come next; and at the account, as soon as it answers.
function leave(tokens) {
  const left = tokens.giveBack();
  sessionStorage.removeItem(WAS_HERE);
  welcome();
  return attempt(async () => signOut(page, await known(), left));
}

// A reload emptied the memory in which the tokens were. Nobody asks for new ones behind the
// person's back: any script could name this app, so the account asks each time (RFC 8252 §8.6).
function forgotten() {
  sessionStorage.removeItem(WAS_HERE);
  const sentence = "You were signed in, and this page was loaded anew. It keeps its tokens in memory only, where nothing else can find them, so they are gone: sign in once more. Orders that were placed are safe.";
  say(sentence, { offer: "Sign in", act: signIn });
}

begin();

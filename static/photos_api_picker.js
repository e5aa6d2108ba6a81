// Picking with a script: the whole library on one page, searching without leaving it,
// days and albums at once, by mouse, finger or keyboard. The form works without it.
import { ask } from "./photos_api_block.js";
import { Keys } from "./photos_api_keys.js";
import { Picks, columnsOf, number, photoOf, records } from "./photos_api_picks.js";
import { blocks } from "./photos_api_rows.js";
import { scrubber } from "./photos_api_scrubber.js";
import { Timeline } from "./photos_api_timeline.js";

const FIELDS = ["name", "since", "until", "album"];
const LAST_DAYS = 31; // a day that a month has not is none; dates say so by rolling over

const form = document.getElementById("picker");
const element = document.getElementById("timeline");
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const at = (id) => document.getElementById(id);
const library = read("months");
const { found } = form.dataset;

const picks = new Picks(form, read("picked"));
const timeline = new Timeline(element, picks, (shown) => {
  slider?.show(shown);
  keys.refresh();
});
const keys = new Keys(form, element, picks, {
  day: (day) => pickFound({ since: day, until: day }),
  all: pickAll,
  search: () => at("name").focus(),
  escape,
  between,
});
let wanted = asked(); // what is looked for
let only = at("only").ariaPressed === "true"; // what is picked is all that is shown
let months = library;
let slider;

begin();

function begin() {
  at("keys").hidden = false;
  form.addEventListener("submit", submitted);
  form.addEventListener("change", changed);
  const total = count(library);
  const there = element.querySelectorAll("li").length;
  if (only || searching() || there < total) look();
  else entitle(total);
}

function asked() {
  const given = FIELDS.map((field) => [field, form.elements[field]?.value.trim()]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

function searching() {
  return Object.keys(wanted).length > 0;
}

function count(those) {
  return those.reduce((sum, month) => sum + month.photos, 0);
}

/** The buttons that show something else; Done goes to the server. */
function submitted(event) {
  const { name: which, value } = event.submitter ?? { name: "find" };
  if (!which) return;
  event.preventDefault();
  if (which === "find") find();
  else if (which === "all") leave();
  else if (which === "only") look({ picked: !only });
  else if (value === "all") pickAll();
  else if (value === "none") picks.clear();
  else if (which === "tick") pickFound(days(value));
}

function changed({ target }) {
  if (target.id === "album") find();
  if (target.name !== "photo") return;
  picks.say("");
  if (!target.checked) picks.remove([target.value]);
  else picks.add([photoOf(target)]);
}

function find() {
  wanted = asked();
  look();
}

function leave() {
  for (const field of FIELDS) if (form.elements[field]) form.elements[field].value = "";
  wanted = {};
  look();
}

/** Step by step: what was said, what is shown, what is picked. */
function escape(event) {
  if (event.target.closest("#find")) return; // fields have uses of their own for it
  event.preventDefault();
  if (at("keys").open) at("keys").open = false;
  else if (at("said").textContent) picks.say("");
  else if (only) look();
  else if (searching()) leave();
  else picks.clear();
}

/** Show what is looked for, or only what is picked. */
async function look({ picked = false } = {}) {
  only = picked;
  at("only").ariaPressed = String(only);
  at("everything").hidden = !only && !searching();
  element.ariaBusy = "true";
  try {
    months = await monthsOf();
  } catch {
    picks.say("The photos could not be fetched. Are you online?", "Try again", look);
    return;
  } finally {
    element.ariaBusy = "false";
  }
  const total = count(months);
  const plain = only || Boolean(wanted.album);
  picks.plain = plain;
  const one = { months, photos: total, shared: false, plain: true };
  if (!(await timeline.open(total ? (plain ? [one] : blocks(months)) : [], source))) return;
  at("older")?.remove();
  at("nothing").hidden = total > 0;
  entitle(total);
  slider?.element.remove();
  slider = plain || months.length < 2 ? null : scrubber(months, (month) => timeline.go(month));
  if (slider) element.before(slider.element);
  if (element.getBoundingClientRect().top < 0) form.scrollIntoView();
  timeline.settle();
}

function entitle(total) {
  const album = form.elements.album;
  let title = "All your photos";
  if (only) title = "What you picked";
  else if (wanted.album) title = album.selectedOptions[0]?.textContent ?? "";
  else if (searching()) title = "What was found";
  at("shown").textContent = `${title} `;
  const many = at("shown").appendChild(document.createElement("span"));
  many.className = "soft number";
  many.textContent = number(total);
  at("all").hidden = only || !total;
}

async function monthsOf() {
  if (only) return [{ month: "", photos: picks.size }];
  if (!searching()) return library;
  return (await ask(`${found}months/`, wanted)).months;
}

/** Columns for a part of what is shown. */
async function source(block, page, signal) {
  if (only) return { ...columnsOf([...picks.known.values()]), next: null };
  if (block.plain) return ask(found, { ...wanted, page }, signal);
  const first = days(block.months.at(-1).month);
  const last = days(block.months[0].month);
  const query = within({ since: first.since, until: last.until });
  return ask(found, { ...query, page }, signal);
}

/** The first and the last day of a day or a month. */
function days(text) {
  if (text.length > 7) return { since: text, until: text };
  const end = new Date(`${text}-01`);
  end.setUTCDate(LAST_DAYS + 1);
  end.setUTCDate(0);
  return { since: `${text}-01`, until: end.toISOString().slice(0, 10) };
}

/** What is looked for, on some of its days only. */
function within({ since, until }) {
  const query = { ...wanted };
  if (since) query.since = [since, wanted.since ?? since].sort()[1];
  if (until) query.until = [until, wanted.until ?? until].sort()[0];
  return query;
}

/** Pick all that is found, page by page, as far as there may be room for it. */
async function pickFound(some, total) {
  const photos = [];
  let page = "";
  try {
    while (page !== null && photos.length <= picks.limit) {
      const { next, ...columns } = await ask(found, { ...within(some), page });
      photos.push(...records(columns));
      page = next;
    }
  } catch {
    picks.say("The photos could not be fetched. Nothing was picked.");
    return;
  }
  const before = picks.size;
  if (picks.toggle(photos, total)) picks.say(`${number(picks.size - before)} picked.`);
}

function pickAll() {
  if (!only) pickFound({}, count(months));
}

/** The photos from one to another, in the order in which they are shown. */
async function between(from, to) {
  if (!timeline.blocks.length) return inDocument(from, to);
  const places = [from, to].map(place);
  if (places.includes(null)) return [];
  const [first, last] = places.sort((a, b) => a.block - b.block || a.index - b.index);
  const photos = [];
  for (let at = first.block; at <= last.block; at += 1) {
    const block = timeline.blocks[at];
    if (!block.columns) await block.load();
    const those = block.columns ? records(block.columns) : [];
    const end = at === last.block ? last.index + 1 : those.length;
    photos.push(...those.slice(at === first.block ? first.index : 0, end));
    if (photos.length > picks.limit) break;
  }
  return photos;
}

function place(id) {
  for (const [block, { columns }] of timeline.blocks.entries()) {
    const index = columns?.id.indexOf(id) ?? -1;
    if (index >= 0) return { block, index };
  }
  return null;
}

function inDocument(from, to) {
  const boxes = keys.boxes();
  const ends = [from, to].map((id) => boxes.findIndex((box) => box.value === id));
  const [first, last] = ends.sort((a, b) => a - b);
  return first < 0 ? [] : boxes.slice(first, last + 1).map(photoOf);
}

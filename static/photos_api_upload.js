// Sends files in pieces, a few at a time. A lost connection is waited for, and what has
// arrived is not sent again: not even when the page was closed and the same file is
// chosen once more. Without this script the form sends them all in one request.
const AT_ONCE = 3; // files
const TRIES = 8; // in a row without a byte getting through
const LONGEST_WAIT = 15_000; // milliseconds between two tries
const KEPT = "photos.uploads";

const form = document.getElementById("upload");
const input = document.getElementById("files");
const title = document.getElementById("counts");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const all = []; // every file of this visit
const waiting = [];
let running = 0;

form.classList.add("scripted");
input.addEventListener("change", () => {
  add(input.files);
  input.value = "";
});
form.addEventListener("submit", (event) => event.preventDefault());
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  add(event.dataTransfer.files);
});
addEventListener("beforeunload", (event) => {
  if (running) event.preventDefault();
});
document.getElementById("retry").addEventListener("click", () => {
  for (const item of all) if (item.state === "failed") queue(item);
});

function add(files) {
  const list = document.getElementById("files-list");
  for (const file of files) {
    const row = document.getElementById("file").content.firstElementChild.cloneNode(true);
    row.querySelector(".name").textContent = file.name;
    list.append(row);
    const item = { file, row, state: "waiting" };
    row.querySelector("button").ariaLabel = `Try again: ${file.name}`;
    row.querySelector("progress").ariaLabel = file.name;
    row.querySelector("button").addEventListener("click", () => queue(item));
    all.push(item);
    queue(item);
  }
  document.getElementById("progress").hidden = all.length === 0;
}

function queue(item) {
  say(item, "waiting", "Waiting");
  waiting.push(item);
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    send(waiting.shift()).finally(() => {
      running -= 1;
      next();
    });
  }
  count();
}

/** One file, from the first byte to the photo. */
async function send(item) {
  say(item, "sending", "0 %");
  try {
    let at = await patiently(item, () => begin(item));
    while (!at.photo) {
      const from = at;
      at = await patiently(item, (again) => (again ? ask(item) : put(item, from)));
    }
    forget(item);
    say(item, "done", "In your library");
    item.row.querySelector("progress").value = 1;
  } catch (problem) {
    say(item, "failed", problem.message);
  }
}

/** Try until it works; gives up when the server says no, or for too long nothing. */
async function patiently(item, attempt) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt(tries > 0);
    } catch (problem) {
      if (problem.final || tries >= TRIES) throw problem;
      say(item, "sending", "No connection: waiting for it");
      await pause(Math.min(LONGEST_WAIT, 500 * 2 ** tries));
    }
  }
}

/** Wait, but not longer than until the browser is online again. */
function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener(
      "online",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

async function begin(item) {
  const known = remembered()[fingerprint(item.file)];
  if (known) {
    item.id = known;
    try {
      return await ask(item);
    } catch (problem) {
      if (!problem.final) throw problem;
      forget(item); // over, or somebody else's
    }
  }
  const body = new URLSearchParams({ name: item.file.name, size: item.file.size });
  const at = await request("POST", form.dataset.begin, body);
  item.id = at.id;
  remember(item);
  return at;
}

function ask(item) {
  return request("GET", address(item));
}

function put(item, { received, piece }) {
  const part = item.file.slice(received, received + piece);
  return request("PUT", `${address(item)}?offset=${received}`, part, (sent) => {
    const share = item.file.size ? (received + sent) / item.file.size : 1;
    item.row.querySelector("progress").value = share;
    say(item, "sending", share < 1 ? `${Math.floor(share * 100)} %` : "Almost there");
  });
}

function address(item) {
  return new URL(`../${item.id}/`, new URL(form.dataset.begin, location)).pathname;
}

/** JSON from the server; an error is final if trying again cannot help. */
function request(method, url, body = null, progress = null) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest(); // fetch() cannot tell how much was sent
    xhr.open(method, url);
    xhr.responseType = "json";
    xhr.setRequestHeader("X-CSRFToken", token);
    if (method === "PUT") xhr.setRequestHeader("Content-Type", "application/octet-stream");
    if (progress) xhr.upload.addEventListener("progress", (event) => progress(event.loaded));
    xhr.addEventListener("load", () => {
      if (xhr.status === 200 && xhr.response) return resolve(xhr.response);
      const said = xhr.response?.error ?? "Something went wrong. Nothing was lost.";
      const final = xhr.status >= 400 && xhr.status < 500 && xhr.status !== 409;
      return reject(Object.assign(new Error(said), { final }));
    });
    for (const kind of ["error", "timeout", "abort"]) {
      xhr.addEventListener(kind, () => reject(new Error("The connection was lost.")));
    }
    xhr.send(body);
  });
}

function say(item, state, text) {
  item.state = state;
  item.row.className = `file ${state}`;
  item.row.querySelector(".state").textContent = text;
  item.row.querySelector("button").hidden = state !== "failed";
}

function count() {
  const [done, failed] = ["done", "failed"].map(
    (state) => all.filter((item) => item.state === state).length,
  );
  const trouble = failed ? `, ${failed} failed` : "";
  const text = `${done} of ${all.length} added${trouble}`;
  if (title.textContent !== text) title.textContent = text;
  document.getElementById("retry").hidden = !failed || running > 0;
  document.getElementById("finished").hidden = !done || running > 0;
}

// Which upload a file belongs to, for a day: longer the server does not keep them.
function fingerprint({ name, size, lastModified }) {
  return JSON.stringify([name, size, lastModified]);
}

function remembered() {
  return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
}

function remember(item) {
  const kept = { ...remembered(), [fingerprint(item.file)]: item.id };
  const latest = Object.entries(kept).slice(-500);
  localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(latest)));
}

function forget(item) {
  const { [fingerprint(item.file)]: _, ...kept } = remembered();
  localStorage.setItem(KEPT, JSON.stringify(kept));
}

// What makes the pages quicker: single letters, rows by keyboard, live progress, forms sent once.
// Every page works without it.
const OFF = "shortcuts-off";
const isTyping = (node) => node.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

// A link to a part that is folded opens it.
function unfold() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches("details")) named.open = true;
}
addEventListener("hashchange", unfold);
unfold();

// Shortcuts: an element says in `data-shortcut` which letters act on it, as "g b".
const pressed = [];

function act(keys) {
  const found = document.querySelector(`[data-shortcut="${CSS.escape(keys)}"]`);
  if (!found) return false;
  if (found.matches("input, select, textarea")) {
    found.focus();
    found.select?.();
  } else {
    found.click();
  }
  return true;
}

function moveRow(step) {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr:has(a, input)")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.querySelector("input[type=checkbox], a").focus();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    document.querySelector(".confirm .main-act")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (localStorage.getItem(OFF)) return;
  if (event.key === "j" || event.key === "k") return moveRow(event.key === "j" ? 1 : -1);
  if (event.key === "x") return event.target.closest("tr")?.querySelector("input[type=checkbox]")?.click();
  pressed.push(event.key);
  if (pressed.length > 2) pressed.shift();
  if (act(pressed.join(" ")) || act(event.key)) {
    pressed.length = 0;
    event.preventDefault();
  }
});

const off = document.getElementById(OFF);
if (off) {
  off.checked = Boolean(localStorage.getItem(OFF));
  off.addEventListener("change", () => (off.checked ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF)));
}

// A form is sent once: its button stays as wide as it is.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.target.method === "get") return;
  if (button.getAttribute("aria-disabled")) return event.preventDefault();
  button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
});

// Copy the address of the page, and say so where the button stands.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy || location.href);
  const label = button.querySelector("[data-copied]");
  if (label) label.textContent = label.dataset.copied;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// The name of the file that was chosen stands beside the button.
document.addEventListener("change", ({ target }) => {
  const told = target.matches("input[type=file]") && target.closest(".picker")?.querySelector("[data-chosen]");
  if (told) told.textContent = [...target.files].map((one) => one.name).join(", ");
});

// Tabs that do not fit show the one that is open.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// What needs script shows itself.
for (const node of document.querySelectorAll("[data-needs-script]")) node.hidden = false;

// The token of the session goes with what htmx sends.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["x-csrf-token"] = document.querySelector("meta[name=csrf-token]").content;
});

// Lines of a file that come into a page are scrolled to the marked cell.
document.addEventListener("htmx:load", (event) => {
  for (const cell of event.target.querySelectorAll?.(".cells .cell-bad") ?? []) {
    const wrap = cell.closest(".wrap");
    const { left: at, width } = cell.getBoundingClientRect();
    wrap.scrollLeft += at + width / 2 - wrap.getBoundingClientRect().left - wrap.clientWidth / 2;
  }
});

// A part of a page that follows an import: events from the server, polling where they fail.
for (const live of document.querySelectorAll("[data-live]")) follow(live);

function follow(live) {
  let lost = 0;
  const source = new EventSource(live.dataset.live);
  source.addEventListener("progress", (event) => {
    lost = 0;
    show(live, JSON.parse(event.data));
  });
  source.addEventListener("end", (event) => {
    source.close();
    location.assign(JSON.parse(event.data).address);
  });
  source.addEventListener("error", () => {
    lost += 1;
    live.querySelector("[data-lost]")?.removeAttribute("hidden");
    if (lost < 4) return;
    source.close();
    setTimeout(() => location.reload(), 5000);
  });
}

// How long the reading will still take, from how fast it has gone since this page has looked;
// then the phase: nothing tells how long it takes.
function left(live, [done, total], phase) {
  const node = live.querySelector("[data-left]");
  if (!node || !total || !done) return;
  if (done >= total) return (node.textContent = phase);
  const now = performance.now();
  live.first ??= { done, now };
  if (done <= live.first.done) return (node.textContent = "");
  const seconds = ((total - done) * (now - live.first.now)) / 1000 / (done - live.first.done);
  node.textContent = `${node.dataset.left} ${Math.max(1, Math.round(seconds))} s`;
}

function show(live, told) {
  left(live, told.lines, told.phase);
  live.querySelector("[data-lost]")?.setAttribute("hidden", "");
  for (const [name, text] of Object.entries(told.texts)) {
    const node = live.querySelector(`[data-text="${name}"]`);
    if (node && node.textContent !== text) node.textContent = text;
  }
  for (const [name, place] of Object.entries(told.places)) {
    const bar = live.querySelector(`progress[data-bar="${name}"]`);
    if (bar) bar.closest("li").className = place;
  }
  for (const [name, [value, max]] of Object.entries(told.bars)) {
    const bar = live.querySelector(`progress[data-bar="${name}"]`);
    if (!bar) continue;
    bar.max = max || 1;
    bar.value = value;
  }
}

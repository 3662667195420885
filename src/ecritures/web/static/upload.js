// Sends dropped files in pieces (tus 1.0), so that a cut connection or a reload costs one piece,
// and asks for the preview of each.
const PIECE_BYTES = 8 << 20;
const AT_ONCE = 2;
const RETRY_MILLISECONDS = [500, 1000, 2000, 4000, 8000];
let token = document.querySelector("meta[name=csrf-token]").content;
const drop = document.querySelector("[data-drop]");
const area = document.querySelector("[data-uploads]");
const texts = area.querySelector("[data-texts]").dataset;
const waiting = [];
const keeping = globalThis.caches?.open("dropped"); // there is none without HTTPS
let sending = 0;

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const megabytes = (bytes) => `${number.format(bytes / 1e6)} M${document.documentElement.lang === "fr" ? "o" : "B"}`;
const placeOf = (file) => `/dropped/${encodeURIComponent(file.name)}`;
const keyOf = (file) => `upload:${file.name}:${file.size}:${file.lastModified}`;

function call(address, options = {}) {
  const headers = { "x-csrf-token": token, "tus-resumable": "1.0.0", ...options.headers };
  return fetch(address, { ...options, headers, redirect: "manual" });
}

// Whoever has signed in again, in another tab, has another token.
async function renewToken() {
  const answer = await fetch("/account", { redirect: "manual" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  token = page.querySelector("meta[name=csrf-token]").content;
  document.querySelector("meta[name=csrf-token]").content = token;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  return true;
}

// One file: `address` is where its pieces go, once it has begun.
class Upload {
  constructor(file) {
    this.file = file;
    this.isPaused = false;
    this.row = area.querySelector("[data-upload-row]").content.cloneNode(true).firstElementChild;
    this.bar = this.row.querySelector("progress");
    this.row.querySelector("[data-name]").textContent = file.name;
    this.detail = this.row.querySelector("[data-detail]");
    this.said = this.row.querySelector("[data-said]");
    this.choice = this.row.querySelector("[data-ask]");
    this.choice.addEventListener("change", () => this.preview());
    this.removal = this.row.querySelector("[data-remove]");
    this.removal.addEventListener("click", () => this.remove());
    this.button = this.row.querySelector("[data-pause]");
    this.button.addEventListener("click", () => this.turn());
    this.detail.textContent = `${megabytes(file.size)}, ${texts.waits}`;
    area.hidden = false;
    area.querySelector("[data-uploads-list]").append(this.row);
  }

  async turn() {
    if (this.isSignedOut && !(await renewToken())) return;
    this.isSignedOut = false;
    this.isPaused = !this.isPaused;
    this.button.textContent = this.isPaused ? this.button.dataset.goText : this.button.dataset.pauseText;
    if (!this.isPaused) this.send();
  }

  async begin() {
    this.address = localStorage.getItem(keyOf(this.file));
    if (this.address) {
      const known = await call(this.address, { method: "HEAD" });
      if (known.ok) return Number(known.headers.get("upload-offset"));
      if (known.status !== 404) throw known;
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const made = await call("/uploads", {
      method: "POST",
      headers: { "upload-length": String(this.file.size), "upload-metadata": `filename ${name}` },
    });
    if (!made.ok) throw made;
    this.address = made.headers.get("location");
    localStorage.setItem(keyOf(this.file), this.address);
    return 0;
  }

  async send() {
    let failures = 0;
    while (!this.isPaused) {
      try {
        let offset = await this.begin();
        const started = performance.now();
        const first = offset;
        this.said.textContent = "";
        while (offset < this.file.size && !this.isPaused) {
          const answer = await call(this.address, {
            method: "PATCH",
            headers: { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
            body: this.file.slice(offset, offset + PIECE_BYTES),
          });
          if (!answer.ok) throw answer;
          offset = Number(answer.headers.get("upload-offset"));
          failures = 0;
          const seconds = (performance.now() - started) / 1000;
          this.show(offset, ((this.file.size - offset) * seconds) / (offset - first));
        }
        if (this.isPaused) return;
        return this.preview();
      } catch (failure) {
        if (failure.type === "opaqueredirect" || failure.status === 401) return this.signedOut();
        if (failure.status >= 400 && failure.status < 500 && failure.status !== 409) return this.stop(await reason(failure));
        this.said.textContent = texts.cut;
        await sleep(RETRY_MILLISECONDS[Math.min(failures, RETRY_MILLISECONDS.length - 1)]);
        failures += 1;
      }
    }
  }

  show(offset, seconds) {
    this.bar.max = this.file.size || 1;
    this.bar.value = offset;
    const left = offset < this.file.size ? `, ${texts.left} ${Math.ceil(seconds)} s` : "";
    this.detail.textContent = `${megabytes(offset)} ${texts.of} ${megabytes(this.file.size)}${left}`;
  }

  stop(text) {
    this.said.textContent = text;
    this.isPaused = true;
    this.button.textContent = this.button.dataset.goText;
  }

  signedOut() {
    this.isSignedOut = true;
    this.stop(texts.signedOut);
    const link = Object.assign(document.createElement("a"), { href: "/sign-in", target: "_blank", textContent: texts.signIn });
    this.said.append(" ", link);
  }

  async preview() {
    const form = new URLSearchParams();
    for (const [name, value] of new FormData(drop)) {
      if (typeof value === "string" && name !== "form_key") form.set(name, value);
    }
    if (this.choice.value) form.set("dossier", this.choice.value);
    form.set("upload", this.address.split("/").pop());
    form.set("form_key", `upload-${this.address.split("/").pop()}-${this.choice.value}`);
    const answer = await call("/imports/new", { method: "POST", body: form, headers: { accept: "application/json" } });
    if (answer.type === "opaqueredirect") return this.signedOut();
    if (answer.status === 201) {
      this.forget();
      this.done?.();
      return htmx.ajax("GET", "/imports/new", { target: "#queue", swap: "outerHTML" });
    }
    this.detail.textContent = texts.sent;
    this.button.hidden = true;
    const page = await pageOf(answer);
    this.said.textContent = said(page, answer);
    const offer = page.querySelector("[data-offer]");
    if (offer) this.said.append(" ", offer);
    this.choice.hidden = this.removal.hidden = false;
    this.choice.focus();
    const headers = { "x-modified": String(this.file.lastModified) };
    await (await keeping)?.put(placeOf(this.file), new Response(this.file, { headers }));
  }

  remove() {
    this.forget();
    call(this.address, { method: "DELETE" });
  }

  forget() {
    localStorage.removeItem(keyOf(this.file));
    keeping?.then((kept) => kept.delete(placeOf(this.file)));
    this.row.remove();
    area.hidden = !area.querySelector("[data-uploads-list]").children.length;
  }
}

async function pageOf(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function said(page, answer) {
  return page.querySelector("h1")?.textContent.trim() || `HTTP ${answer.status}`;
}

async function reason(answer) {
  return said(await pageOf(answer), answer);
}

async function work() {
  while (sending < AT_ONCE && waiting.length) {
    sending += 1;
    const next = waiting.shift();
    await next.send();
    sending -= 1;
    work();
  }
}

// Files dropped on the home wait here: its script has kept them for this page. So do those that
// have no dossier yet: the page may be left to create it.
async function takeKept() {
  const kept = await keeping;
  for (const request of (await kept?.keys()) ?? []) {
    const answer = await kept.match(request);
    const name = decodeURIComponent(new URL(request.url).pathname.split("/").pop());
    const blob = await answer.blob();
    await kept.delete(request);
    take([new File([blob], name, { lastModified: Number(answer.headers.get("x-modified")) })]);
  }
}

function take(files) {
  for (const file of files) waiting.push(new Upload(file));
  work();
  if (sending < AT_ONCE) work();
}

const input = drop.querySelector("input[type=file]");
input.addEventListener("change", () => {
  take(input.files);
  input.value = "";
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
document.addEventListener("dragleave", () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  take(event.dataTransfer.files);
});
window.addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});
takeKept();

// Sends files in pieces (tus 1.0.0), so that a lost connection or a reloaded page costs one piece at most.
// Without this script the form sends the same files in one go.

const PIECE_BYTES = 1024 * 1024;
const WAITS_MS = [1000, 2000, 5000, 10000, 20000];
const MEMORY = "bacasable.uploads";

class Stopped extends Error {}
class Refused extends Error {}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// What this tab was sending: a fingerprint of the file -> the address of its upload. Forgotten with the tab.
const remembered = () => JSON.parse(sessionStorage.getItem(MEMORY) || "{}");
const remember = (key, address, name) => {
  const all = remembered();
  if (address) all[key] = { address, name };
  else delete all[key];
  sessionStorage.setItem(MEMORY, JSON.stringify(all));
};

class Sending {
  constructor(file, collection, token, row, texts) {
    Object.assign(this, { file, collection, token, row, texts });
    this.key = [collection, file.name, file.size, file.lastModified].join("|");
    this.paused = false;
    this.cancelled = false;
    this.resumed = null;
  }

  async request(method, address, headers = {}, body = null) {
    const response = await fetch(address, {
      method,
      body,
      credentials: "same-origin",
      redirect: "error",
      headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token, ...headers },
    });
    if (response.status >= 500 || response.status === 460) throw new TypeError("try again");
    return response;
  }

  async refusal(response) {
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    return new Refused(isJson ? (await response.json()).message : this.texts.refused);
  }

  // Where to go on: the upload that this tab began, if the server still has it, or a new one.
  async begin() {
    const known = remembered()[this.key];
    if (known) {
      const response = await this.request("HEAD", known.address);
      if (response.ok) {
        this.address = known.address;
        return Number(response.headers.get("Upload-Offset"));
      }
      remember(this.key, null);
    }
    const response = await this.request("POST", this.collection, {
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": `filename ${base64(this.file.name)}`,
    });
    if (response.status !== 201) throw await this.refusal(response);
    this.address = response.headers.get("Location");
    remember(this.key, this.address, this.file.name);
    return 0;
  }

  async pause() {
    while (this.paused && !this.cancelled) {
      this.row.say(this.texts.paused);
      await new Promise((done) => (this.resumed = done));
    }
    if (this.cancelled) throw new Stopped();
  }

  async send() {
    let offset = await this.begin();
    while (offset < this.file.size) {
      await this.pause();
      const end = Math.min(offset + PIECE_BYTES, this.file.size);
      this.row.progress(offset / this.file.size, end === this.file.size ? this.texts.checking : this.texts.sending);
      const response = await this.request(
        "PATCH",
        this.address,
        { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
        this.file.slice(offset, end),
      );
      if (response.status === 409 && response.headers.has("Upload-Offset")) {
        offset = Number(response.headers.get("Upload-Offset"));
      } else if (response.status === 204) {
        offset = Number(response.headers.get("Upload-Offset"));
      } else {
        remember(this.key, null);
        throw await this.refusal(response);
      }
    }
    remember(this.key, null);
  }

  async run() {
    for (let attempt = 0; ; ) {
      try {
        await this.send();
        this.row.end(this.texts.done, true);
        return true;
      } catch (problem) {
        if (problem instanceof Stopped) {
          if (this.address) await this.request("DELETE", this.address).catch(() => null);
          remember(this.key, null);
          this.row.end(this.texts.cancelled, false);
          return null;
        }
        if (problem instanceof Refused || attempt >= WAITS_MS.length) {
          this.row.end(`${this.texts.failed}: ${problem instanceof Refused ? problem.message : this.texts.refused}`, false);
          return false;
        }
        this.row.say(this.texts.retrying);
        await wait(WAITS_MS[attempt++]);
      }
    }
  }
}

// One line of the list: name, bar, state, buttons.
class Row {
  constructor(list, file, texts) {
    this.texts = texts;
    this.item = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    this.state = document.createElement("span");
    this.buttons = document.createElement("span");
    this.item.append(name, " ", this.bar, " ", this.state, " ", this.buttons);
    list.append(this.item);
  }

  button(text, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary bac-upload__button";
    button.textContent = text;
    button.addEventListener("click", () => action(button));
    this.buttons.append(button, " ");
  }

  say(text) {
    this.state.textContent = text;
  }

  progress(share, text) {
    this.bar.value = share;
    this.say(`${text} ${Math.floor(share * 100)} %`);
  }

  end(text, done) {
    this.bar.value = done ? 1 : this.bar.value;
    this.buttons.replaceChildren();
    if (!done) this.bar.remove();
    this.say(text);
  }
}

// Shows the files that the server keeps now, without losing what is said of the refused ones.
async function refresh() {
  try {
    const response = await fetch(window.location.pathname, { credentials: "same-origin", redirect: "error" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const [now, then] = [page, document].map((one) => one.querySelector("[data-upload-kept]"));
    if (now && then) then.replaceWith(now);
  } catch {
    // the list is refreshed with the page
  }
}

function prepare(form) {
  const field = form.querySelector("[data-tus-url]");
  const input = field && field.querySelector("input[type=file]");
  if (!input || !window.fetch || !window.sessionStorage) return;
  const texts = Object.fromEntries(
    Object.entries(form.dataset)
      .filter(([key]) => key.startsWith("text"))
      .map(([key, value]) => [key.slice(4, 5).toLowerCase() + key.slice(5), value]),
  );
  const collection = field.dataset.tusUrl;
  const largest = Number(field.dataset.maxBytes);
  const list = form.querySelector("[data-upload-list]");
  const status = form.querySelector("[data-upload-status]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const submit = form.querySelector("[type=submit], button:not([type])");

  const interrupted = Object.entries(remembered()).filter(([key]) => key.startsWith(`${collection}|`));
  if (interrupted.length) {
    status.textContent = `${texts.interrupted} ${interrupted.map(([, upload]) => upload.name).join(", ")}`;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = [...input.files];
    if (!chosen.length) {
      status.textContent = texts.choose;
      input.focus();
      return;
    }
    submit.disabled = true;
    list.replaceChildren();
    let failed = 0;
    const sendings = chosen.map((file) => {
      const row = new Row(list, file, texts);
      const sending = new Sending(file, collection, token, row, texts);
      row.button(texts.pause, (button) => {
        sending.paused = !sending.paused;
        button.textContent = sending.paused ? texts.resume : texts.pause;
        if (!sending.paused && sending.resumed) sending.resumed();
      });
      row.button(texts.cancel, () => {
        sending.cancelled = true;
        if (sending.resumed) sending.resumed();
      });
      return sending;
    });
    for (const sending of sendings) {
      if (largest && sending.file.size > largest) {
        sending.row.end(`${texts.failed}: ${texts.tooLarge}`, false);
        failed += 1;
        status.textContent = `${sending.file.name}: ${texts.tooLarge}`;
        continue;
      }
      status.textContent = `${sending.file.name}: ${texts.sending}`;
      const outcome = await sending.run();
      status.textContent = `${sending.file.name}: ${sending.row.state.textContent}`;
      if (outcome === false) failed += 1;
    }
    submit.disabled = false;
    if (failed < sendings.length) await refresh();
    if (!failed) window.location.assign(window.location.pathname);
  });
}

document.querySelectorAll("form[data-upload]").forEach(prepare);

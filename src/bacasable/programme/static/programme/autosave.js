// Saves the page of a step while it is being written. Without this script the two buttons do the same.
const PAUSE = 2500; // milliseconds after the last key
const RETRY = 15000;

const form = document.querySelector("form[data-autosave]");

if (form) {
  const status = form.querySelector("[data-autosave-status]");
  const alert = form.querySelector("[data-autosave-alert]");
  const missing = document.querySelector("[data-missing]");
  let timer = 0;
  let sending = false;
  let again = false;
  let stopped = false;
  let signedOut = false;
  let sent = content();

  function content() {
    const data = new FormData(form);
    data.delete("seen");
    data.delete("csrfmiddlewaretoken");
    return new URLSearchParams(data).toString();
  }

  function plan(delay) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, delay);
  }

  function say(text) {
    status.textContent = text;
  }

  function warn(lines) {
    const wanted = lines.join("\n");
    if (alert.dataset.shown === wanted) return; // an alert that repeats itself would be read aloud again
    alert.dataset.shown = wanted;
    alert.replaceChildren(
      ...lines.map((line) => {
        const paragraph = document.createElement("p");
        paragraph.className = "govuk-error-message";
        paragraph.textContent = line;
        return paragraph;
      }),
    );
  }

  function stop(text) {
    stopped = true;
    say("");
    warn([text]);
  }

  function listMissing(labels) {
    if (!missing) return;
    const known = new Map([...missing.querySelectorAll("a")].map((link) => [link.textContent, link.href]));
    const lines = labels.length ? labels : [missing.dataset.nothing];
    missing.replaceChildren(
      ...lines.map((label) => {
        const item = document.createElement("li");
        const field = known.get(label);
        if (field) {
          const link = document.createElement("a");
          link.className = "govuk-link";
          link.href = field;
          link.textContent = label;
          item.append(link);
        } else {
          item.textContent = label;
        }
        return item;
      }),
    );
  }

  // Signing in again, in another tab, changes the token against forged requests: this page takes the new one.
  async function renewToken() {
    const response = await fetch(form.action, { credentials: "same-origin" });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    signedOut = !token;
  }

  async function save() {
    if (sending) {
      again = true;
      return;
    }
    const now = content();
    if (now === sent) return;
    sending = true;
    say(form.dataset.saving);
    try {
      if (signedOut) await renewToken();
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      if (response.redirected || (!isJson && response.status < 500)) {
        say("");
        signedOut = true;
        warn([form.dataset.signedOut]);
        plan(RETRY);
      } else if (!isJson) {
        throw new Error(`status ${response.status}`);
      } else {
        const answer = await response.json();
        if (answer.refused) {
          stop(answer.refused);
        } else if (response.status === 409) {
          stop(form.dataset.conflict);
        } else {
          sent = now;
          form.elements.seen.value = answer.token;
          const problems = Object.values(answer.problems);
          say(answer.saved_at);
          warn(problems.length ? [form.dataset.problem, ...problems] : []);
          listMissing(answer.missing);
        }
      }
    } catch {
      say("");
      warn([form.dataset.offline]);
      plan(RETRY);
    } finally {
      sending = false;
      if (again) {
        again = false;
        plan(PAUSE);
      }
    }
  }

  form.addEventListener("input", () => plan(PAUSE));
  form.addEventListener("change", () => plan(PAUSE));
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
  window.addEventListener("focus", () => {
    if (signedOut) plan(0);
  });
}

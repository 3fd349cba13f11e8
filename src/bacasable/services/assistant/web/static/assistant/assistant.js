// Streams an answer, copies, reads aloud, refreshes an import. Without this script the plain forms do the same,
// but for copying and reading aloud: the text stands on the page.

for (const form of document.querySelectorAll("form[data-streams]")) {
  form.addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (pressed && pressed.name === "confirmed") return; // what was confirmed goes plainly
    event.preventDefault();
    stream(form, pressed).catch(() => form.submit());
  });
}

async function stream(form, pressed) {
  const region = document.querySelector("[data-stream-region]");
  if (pressed) pressed.disabled = true;
  const response = await fetch(form.action || location.href, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "text/event-stream" },
    redirect: "error",
  });
  if (!response.ok || !response.body) throw new Error("plain");
  let left = "";
  let worded = null;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("plain");
    left += value;
    const events = left.split("\n\n");
    left = events.pop();
    for (const event of events) {
      const name = /^event: (.*)$/m.exec(event)[1];
      const text = JSON.parse(/^data: (.*)$/m.exec(event)[1]);
      if (name === "form") throw new Error("plain");
      if (name === "answer") region.innerHTML = text; // a piece of page of ours, escaped there
      if (name === "sentence") {
        if (!worded) {
          worded = document.createElement("div");
          region.prepend(worded);
        }
        const paragraph = document.createElement("p");
        paragraph.className = "govuk-body";
        paragraph.textContent = text;
        worded.append(paragraph);
      }
      if (name === "done") {
        const same = new URL(text, location.href).pathname === location.pathname;
        location.assign(text);
        if (same) location.reload();
        return;
      }
    }
  }
}

for (const tools of document.querySelectorAll("[data-tools]")) {
  const status = tools.querySelector("[data-tools-status]");
  const copy = tools.querySelector("[data-copy]");
  const speak = tools.querySelector("[data-speak]");
  tools.hidden = false;
  if (copy) {
    copy.hidden = !navigator.clipboard;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).value);
      status.textContent = tools.dataset.copied;
    });
  }
  if (speak) readAloud(speak, tools);
}

function readAloud(button, tools) {
  const text = tools.parentElement.querySelector("[data-read-aloud]");
  button.hidden = !("speechSynthesis" in window) || !text;
  const start = button.textContent;
  const end = () => {
    button.textContent = start;
    button.setAttribute("aria-pressed", "false");
  };
  button.addEventListener("click", () => {
    const reads = button.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel();
    if (reads) return end();
    const said = new SpeechSynthesisUtterance(text.innerText.replace(/\[\d+\]/g, ""));
    said.lang = "fr-FR";
    said.onend = end;
    said.onerror = end;
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    speechSynthesis.speak(said);
  });
}

const progress = document.querySelector("[data-refresh]");
if (progress) setTimeout(() => location.reload(), Number(progress.dataset.refresh) * 1000);

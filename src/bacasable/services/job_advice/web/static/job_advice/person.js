// Reads the person's page aloud, prints it, types the code of a link. Without this script the page says the same,
// the browser prints it, and the code is typed by hand.

const code = document.querySelector("input[name=code]");
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname); // a code has no place in the history of a browser
  code.form.requestSubmit();
}

const tools = document.querySelector("[data-tools]");
if (tools) {
  tools.hidden = false;
  tools.querySelector("[data-print]").addEventListener("click", () => print());
  readAloud(tools.querySelector("[data-speak]"), document.querySelector("[data-read-aloud]"));
}

function readAloud(button, region) {
  if (!button || !region || !("speechSynthesis" in window)) return;
  button.hidden = false;
  const start = button.textContent;
  const end = () => {
    button.textContent = start;
    button.setAttribute("aria-pressed", "false");
  };
  button.addEventListener("click", () => {
    const reads = button.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel();
    if (reads) return end();
    const lines = region.innerText.split(/\n+/).filter((line) => line.trim());
    lines.forEach((line, at) => {
      // a line each: browsers stop in the middle of a long text
      const said = new SpeechSynthesisUtterance(line);
      said.lang = document.documentElement.lang;
      if (at === lines.length - 1) said.onend = end;
      said.onerror = end;
      speechSynthesis.speak(said);
    });
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
}

// Places a home among published quantiles, in the browser: what is chosen in the form is not sent. The same few
// lines as engine/comparison/placing.py; without this script the service answers the form.

const form = document.querySelector("form[data-compare]");
const region = document.querySelector("[data-compare-result]");

if (form && region) {
  fetch(form.dataset.release, { credentials: "omit" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then(begin)
    .catch(() => {}); // the plain form remains
}

function begin(release) {
  document.querySelector("[data-compare-private]").hidden = false;
  document.querySelector("[data-compare-plain]").hidden = true;
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.name === "keep") return; // asked to be kept: this one is sent
    event.preventDefault();
    show(release);
  });
}

function chosen() {
  const data = new FormData(form);
  const members = Number.parseInt(data.get("members"), 10);
  return {
    members: members >= 1 ? (members >= 5 ? "5+" : String(members)) : "",
    dwelling: data.get("dwelling") || "",
    garden: data.get("garden") || "",
    pool: data.get("pool") || "",
  };
}

function similar(release, home) {
  const tooFew = [];
  for (const step of release.ladder) {
    if (step.some((name) => !home[name])) continue;
    const found = release.cells.find(
      (cell) =>
        Object.keys(cell.when).length === step.length && step.every((name) => cell.when[name] === home[name]),
    );
    if (found) return { cell: found, tooFew };
    tooFew.push(step);
  }
  return { cell: null, tooFew };
}

function show(release) {
  const { cell, tooFew } = similar(release, chosen());
  const server = document.querySelector("[data-compare-server]");
  if (server) server.hidden = true;
  if (!cell) {
    region.replaceChildren(paragraph(say("none")));
    return;
  }
  const parts = [];
  const mine = Number.parseFloat(form.dataset.mine);
  if (Number.isFinite(mine)) {
    const middle = cell.levels.reduce(
      (best, level, at) => (Math.abs(level - 0.5) < Math.abs(cell.levels[best] - 0.5) ? at : best),
      0,
    );
    const difference = Math.round(mine - cell.litres[middle]);
    const above = Math.max(0, ...cell.levels.filter((_level, at) => mine > cell.litres[at]));
    const words = say(difference > 0 ? "more" : "less", { litres: number(Math.abs(difference)) });
    parts.push(heading(say("stands")), paragraph(`${words} ${say("above", { above: Math.round(100 * above) })}`));
  }
  const shared = Object.keys(cell.when).map(label);
  parts.push(
    heading(say("who")),
    paragraph(`${say("homes", { homes: number(cell.homes) })} ${shared.join(", ") || say("everybody")}.`),
  );
  if (tooFew.length) {
    parts.push(paragraph(`${say("too_few")} ${tooFew.map((step) => step.map(label).join(", ")).join("; ")}.`));
  }
  const list = document.createElement("ul");
  list.className = "govuk-list govuk-list--bullet";
  cell.levels.forEach((level, at) => {
    const item = document.createElement("li");
    item.textContent = say("level", { share: Math.round(100 * level), litres: number(cell.litres[at]) });
    list.append(item);
  });
  parts.push(heading(say("spread")), list);
  region.replaceChildren(...parts);
}

// What a variable is called on this page, with what was chosen: "Garden: yes".
function label(name) {
  const field = form.elements[name];
  const title = form.querySelector(`label[for="${field.id}"]`).textContent.trim();
  const value = field.selectedOptions ? field.selectedOptions[0].textContent : field.value;
  return `${title} (${value.trim()})`;
}

function say(key, values = {}) {
  let text = document.querySelector(`template[data-say="${key}"]`).content.textContent.trim();
  for (const [name, value] of Object.entries(values)) text = text.replace(`%${name}%`, value);
  return text;
}

function number(value) {
  return new Intl.NumberFormat(document.documentElement.lang || undefined).format(value);
}

function heading(text) {
  const made = document.createElement("h2");
  made.className = "govuk-heading-m";
  made.textContent = text;
  return made;
}

function paragraph(text) {
  const made = document.createElement("p");
  made.className = "govuk-body";
  made.textContent = text;
  return made;
}

"""Conventions on files: length, names, templates in use, links that lead somewhere, no registry's host."""

import re

from tests.repository.sources import ROOT, SOURCE, shown, text_of, tracked

LONGEST = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc", "stuff"}
#: In two halves, so that this file does not name them.
REGISTRIES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "deb.debian" + ".org",
    "yarnpkg" + ".com",
]


def test_files_stay_short() -> None:
    written = [path for path in SOURCE.rglob("*.py") if path.parent.name != "migrations"]
    long = [path for path in written if len(text_of(path).splitlines()) > LONGEST]
    assert not shown(long), f"over {LONGEST} lines: split along what they talk about"


def test_names_say_what_things_are() -> None:
    vague = [path for path in SOURCE.rglob("*") if path.stem in VAGUE and path.suffix in {".py", ""}]
    assert not shown(vague)


def test_every_template_is_used() -> None:
    users = [path for path in SOURCE.rglob("*") if path.suffix in {".py", ".html", ".txt"}]
    texts = {path: text_of(path) for path in users}
    unused = []
    for template in SOURCE.rglob("templates/**/*"):
        if not template.is_file() or template.name in {"400.html", "403.html", "404.html", "500.html"}:
            continue
        name = template.as_posix().rpartition("/templates/")[2]
        if name.startswith("django/forms/"):
            continue  # named by the form renderer of the framework
        short = name.partition("/")[2]  # a tag or a view may build "ui/components/" + name
        if not any(
            path != template and (name in text or f'"{short}"' in text or f'"{template.stem}"' in text)
            for path, text in texts.items()
        ):
            unused.append(template)
    assert not shown(unused)


def test_links_of_the_documentation_lead_somewhere() -> None:
    dead = []
    for page in (path for path in tracked() if path.suffix == ".md"):
        text = re.sub(r"```.*?```", "", text_of(page), flags=re.S)
        for target in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text) + re.findall(
            r'(?:src|href)="([^"]+)"', text
        ):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            found = (page.parent / path) if path else page
            if not found.exists() or (anchor and anchor not in _anchors(text_of(found))):
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    assert not dead


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+\s+(.*)$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_no_file_names_the_host_of_a_package_registry() -> None:
    named = [path for path in tracked() if any(host in text_of(path) for host in REGISTRIES)]
    assert not shown(named)

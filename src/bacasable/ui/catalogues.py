"""Catalogues of translations: ``python -m bacasable.ui.catalogues gather | compile | check [FOLDER]``.

``gather`` brings the messages of the code into ``<storey>/locale/fr/LC_MESSAGES/django.po``, ``compile``
makes the ``.mo`` beside it (committed: an installation needs no gettext), ``check`` says what is not
translated, not gathered, not compiled, or translated with other placeholders. Message ids are English, so
English needs no catalogue. FOLDER is the package of a service by others, which has one of its own.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bacasable.ui import messages
from bacasable.ui.typography import spaced

PACKAGE = Path(__file__).resolve().parents[1]
LANGUAGE = "fr"
#: From the ground up. A message of several storeys belongs to the lowest of them, and is translated once.
STOREYS = (
    *("privacy", "compliance", "exchange", "ui", "people"),
    *("duties", "programme", "services/*", "portal", "demo"),
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*(?:![rsa])?(?::[^{}]*)?\}")
_HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
    "Project-Id-Version": "bacasable",
}


@dataclass
class Catalogue:
    """The messages of one storey, and the file of their translations."""

    folder: Path
    found: dict[messages.Key, messages.Message] = field(default_factory=dict)

    @property
    def po(self) -> Path:
        return self.folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")

    def read(self) -> Any:
        """Return polib's file, empty where there is none yet."""
        import polib

        if self.po.exists():
            return polib.pofile(str(self.po), wrapwidth=100)
        empty = polib.POFile(wrapwidth=100)
        empty.metadata = dict(_HEADER)
        return empty


def catalogues(root: Path = PACKAGE, names: Iterable[str] = STOREYS) -> list[Catalogue]:
    """Return the catalogue of each storey with the messages found in its code and templates."""
    listed = []
    seen: set[messages.Key] = set()
    for name in names:
        for folder in sorted(root.glob(name)):
            if not folder.is_dir() or folder.name.startswith("_"):
                continue
            catalogue = Catalogue(folder)
            for message in messages.of_folder(folder, root):
                if message.key in seen and message.key not in catalogue.found:
                    continue
                seen.add(message.key)
                known = catalogue.found.setdefault(message.key, message)
                if known is not message:
                    known.places.extend(message.places)
                    known.comments.extend(c for c in message.comments if c not in known.comments)
            listed.append(catalogue)
    return listed


def _key(entry: Any) -> messages.Key:
    return (entry.msgctxt or "", entry.msgid)


def gather(listed: list[Catalogue], root: Path) -> Iterator[str]:
    """Write every message into its catalogue; translations are kept, also when a message changes storey."""
    import polib

    files = [catalogue.read() for catalogue in listed]
    translated = {_key(entry): entry for file in files for entry in file if entry.translated()}
    for catalogue, file in zip(listed, files, strict=True):
        del file[:]
        for key, message in sorted(catalogue.found.items(), key=lambda item: item[1].places[0]):
            known = translated.get(key)
            entry = polib.POEntry(
                msgctxt=message.context or None,
                msgid=message.text,
                occurrences=[(path, "") for path in sorted(set(message.places))],
                comment="\n".join(message.comments),
            )
            if message.plural:
                entry.msgid_plural = message.plural
                entry.msgstr_plural = dict(known.msgstr_plural) if known else {}
                entry.msgstr_plural = {n: entry.msgstr_plural.get(n, "") for n in (0, 1)}
            elif known:
                entry.msgstr = known.msgstr
            if "%(" in message.text:
                entry.flags.append("python-format")
            file.append(entry)
        if file or catalogue.po.exists():
            catalogue.po.parent.mkdir(parents=True, exist_ok=True)
            file.save(str(catalogue.po))
            missing = len(file.untranslated_entries())
            yield f"{catalogue.po.relative_to(root)}: {len(file)} messages, {missing} to translate"


def compile_all(listed: list[Catalogue], root: Path) -> Iterator[str]:
    """Give translations their no-break spaces and write each ``.mo``."""
    for catalogue in listed:
        if not catalogue.po.exists():
            continue
        file = catalogue.read()
        for entry in file:
            entry.msgstr = spaced(entry.msgstr)
            entry.msgstr_plural = {n: spaced(text) for n, text in entry.msgstr_plural.items()}
        file.save(str(catalogue.po))
        catalogue.mo.write_bytes(file.to_binary())
        yield f"{catalogue.mo.relative_to(root)}: {len(file.translated_entries())} translations"


def defects(listed: list[Catalogue], root: Path) -> Iterator[str]:
    """Say what keeps the French pages from being complete: one line each, with its remedy."""
    for catalogue in listed:
        name = catalogue.po.relative_to(root)
        file = catalogue.read()
        written = {_key(entry): entry for entry in file if not entry.obsolete}
        for key, message in catalogue.found.items():
            if key not in written:
                where = message.places[0]
                yield f"{name}: {_short(message.text)} ({where}) is not gathered; run 'make messages'"
        for key, entry in written.items():
            if key not in catalogue.found:
                yield f"{name}: {_short(entry.msgid)} is used nowhere; run 'make messages'"
            elif not entry.translated():
                yield f"{name}: {_short(entry.msgid)} is not translated; write its msgstr"
            else:
                yield from (f"{name}: {defect}" for defect in _wrong_placeholders(entry))
        if written and (not catalogue.mo.exists() or catalogue.mo.read_bytes() != file.to_binary()):
            yield f"{catalogue.mo.relative_to(root)} is not that of its .po; run 'make messages'"


def _short(text: str) -> str:
    """A message on one line, cut where it is long enough to be found."""
    line = " ".join(text.split())
    return f"'{line[:79]}…'" if len(line) > 80 else f"'{line}'"


def _wrong_placeholders(entry: Any) -> Iterator[str]:
    expected = set(_PLACEHOLDER.findall(entry.msgid)) | set(_PLACEHOLDER.findall(entry.msgid_plural))
    for text in entry.msgstr_plural.values() or [entry.msgstr]:
        used = set(_PLACEHOLDER.findall(text))
        # One may be written in words ("un jour"): a plural form need not repeat its number.
        if used - expected or (expected - used and not entry.msgid_plural):
            both = f"the translation holds {sorted(used)}, the message {sorted(expected)}"
            yield f"{_short(entry.msgid)}: {both}"


def main(arguments: list[str]) -> int:
    """Run one command and return the exit status."""
    commands: dict[str, Callable[[list[Catalogue], Path], Iterable[str]]] = {
        "gather": lambda listed, root: [*gather(listed, root), *compile_all(listed, root)],
        "compile": compile_all,
        "check": defects,
    }
    if len(arguments) not in (1, 2) or arguments[0] not in commands:
        sys.stderr.write(f"usage: python -m bacasable.ui.catalogues {' | '.join(commands)} [FOLDER]\n")
        return 2
    folder = Path(arguments[1]).resolve() if len(arguments) == 2 else None
    root, names = (folder.parent, (folder.name,)) if folder else (PACKAGE, STOREYS)
    try:
        lines = list(commands[arguments[0]](catalogues(root, names), root))
    except ModuleNotFoundError as missing:
        sys.stderr.write(f"catalogues: {missing.name} is not installed; install the extra 'dev'\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return int(arguments[0] == "check" and bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

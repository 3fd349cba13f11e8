"""Sheets of service-public.fr: the XML that DILA publishes, and the JSON that an npm package makes of it.

Source: DILA, "Guide vos droits et démarches", schemas 3.x (Publication.xsd); data under Licence Ouverte 2.0.
Only publications that are sheets ("Fiche ...") give one; lists of sheets and forms are told by the sheets
that name them. Conditions of the guided search (``Condition``) name answers that are not in the sheet: what
they show is kept, without a case.
"""

import re
from collections.abc import Callable, Iterable

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.corpus.composing import Composer, cleaned, day
from bacasable.services.assistant.engine.corpus.grids import Cell, rows
from bacasable.services.assistant.engine.corpus.trees import Node
from bacasable.services.assistant.engine.sheets import BlockKind, Sheet

PUBLISHER = "DILA, service-public.fr"
LICENCE = "Licence Ouverte 2.0"
#: What files of this source are called: F1278.xml, F1278.json; lists of sheets (N) and forms (R) are none.
FILE = re.compile(r"^F\d+\.(?:json|xml)$")
BESIDE = re.compile(r"^[NR]\d+\.(?:json|xml)$")
_SITES = {"professionnels": "professionnels-entreprises", "associations": "associations"}
_NOTES = {"ASavoir", "ANoter", "Attention", "Rappel"}
#: What is told elsewhere than in the text.
_OUTSIDE = {"Condition", "Titre", "TitreAlternatif", "RessourceWeb"}
_KINDS = (("Question-réponse", "question"), ("Comment faire si", "guide"))
Pairs = dict[str, str]


def is_sheet(root: Node) -> bool:
    """Whether a publication is a sheet with a text, not a list of sheets, a form or a search."""
    return root.name == "Publication" and root.attributes.get("type", "").startswith("Fiche")


def sheet(root: Node, collection: str, others: Iterable[Node] = ()) -> Sheet | None:
    """Return the sheet of a publication, None where it has no text.

    ``others`` are the same sheet as published for other audiences: their audiences are added.

    Raises:
        Refused: the publication has no identifier or no title.
    """
    identifier, title = root.attributes.get("ID", ""), root.text_of("dc:title")
    if not identifier or not title.strip():
        raise Refused(N_("the sheet has no identifier or no title; download it again"))
    alike = (root, *others)
    audience = tuple(dict.fromkeys(name for one in alike for name in _audience(one)))
    reading = _Reading()
    for part in root.elements():
        reading.part(part)
    composer = reading.composer
    if composer.is_empty:
        return None
    url = next((one.attributes["spUrl"] for one in alike if one.attributes.get("spUrl")), "")
    site = _SITES.get(audience[0], "particuliers") if audience else "particuliers"
    kind = root.attributes.get("type", "")
    return composer.sheet(
        identifier,
        collection,
        title,
        url=url or f"https://www.service-public.fr/{site}/vosdroits/{identifier}",
        dated=day(root.text_of("dc:date")),
        audience=audience,
        theme=_theme(root),
        kind=next((name for words, name in _KINDS if words in kind), "sheet"),
        summary=cleaned(root.text_of("dc:description")),
        acronyms=tuple(reading.acronyms.items()),
        offices=tuple(reading.offices.items()),
        services=tuple(reading.services.items()),
        related=tuple(dict.fromkeys(_related(root))),
        references=tuple(reading.references.items()),
        publisher=PUBLISHER,
        licence=LICENCE,
    )


def _audience(root: Node) -> list[str]:
    return [text.lower() for node in root.all("Audience") if (text := cleaned(node.text()))]


def _theme(root: Node) -> tuple[str, ...]:
    trail = root.first("FilDAriane")
    levels = [cleaned(level.text()) for level in trail.all("Niveau")] if trail else []
    return tuple(levels[1:-1])  # without the home page and the sheet itself


def _related(root: Node) -> Iterable[str]:
    for part in root.elements():
        if part.name in ("QuestionReponse", "CommentFaireSi"):
            yield part.attributes.get("ID", "")
        elif part.name == "VoirAussi":
            yield from (one.attributes.get("ID", "") for one in part.all("Fiche"))


class _Reading:
    """What was read of one sheet so far."""

    def __init__(self) -> None:
        self.composer = Composer()
        self.acronyms: Pairs = {}
        self.offices: Pairs = {}
        self.services: Pairs = {}
        self.references: Pairs = {}
        self._parts: dict[str, Callable[[Node], None]] = {
            "Avertissement": self._titled,
            "Introduction": self._inside,
            "Texte": self._inside,
            "ListeSituations": self._situations,
            "LienExterneCommente": self._link,
            "OuSAdresser": lambda node: self._office(node, top=True),
            "ServiceEnLigne": lambda node: self._service(node, top=True),
            "Reference": self._reference,
            "Definition": self._definition,
            "Abreviation": self._acronym,
        }
        self._blocks: dict[str, Callable[[Node], None]] = {
            "Chapitre": self._titled,
            "SousChapitre": self._titled,
            "BlocCas": self._block_of_cases,
            "ListeSituations": self._situations,
            "Liste": self._list,
            "Tableau": self._table,
            "OuSAdresser": lambda node: self._office(node, top=False),
            "ServiceEnLigne": lambda node: self._service(node, top=False),
            **dict.fromkeys(_NOTES, self._note),
        }

    def part(self, node: Node) -> None:
        """Read a part of the publication; its list of files, its subject and the like are no text."""
        if read := self._parts.get(node.name):
            read(node)

    def _inside(self, node: Node, kind: BlockKind = "paragraph") -> None:
        for child in node.children:
            if isinstance(child, str):
                self.composer.add(child, kind)
            elif child.name == "Paragraphe":
                self.composer.add(child.text(), kind)
            elif read := self._blocks.get(child.name):
                read(child)
            elif child.name not in _OUTSIDE:
                self._inside(child, kind)

    def _titled(self, node: Node) -> None:
        with self.composer.under(_title(node)):
            self._inside(node)

    def _situations(self, node: Node) -> None:
        self._cases(node.all("Situation"), "situation", node.text_of("Titre"))

    def _block_of_cases(self, node: Node) -> None:
        path = self.composer.path
        self._cases(node.all("Cas"), "case", path[-1] if path else "")

    def _cases(self, cases: list[Node], family: str, question: str) -> None:
        if len(cases) == 1 or not all(map(_title, cases)):  # nothing to choose from
            for case in cases:
                self._titled(case)
            return
        key = self.composer.choose(family, [_title(case) for case in cases], question)
        for number, case in enumerate(cases):
            with self.composer.case(key, number, _title(case)):
                self._inside(case)

    def _list(self, node: Node) -> None:
        for item in node.all("Item"):
            self._inside(item, "item")

    def _note(self, node: Node) -> None:
        label = _title(node)
        parts = node.elements()
        first = next((part for part in parts if part.name == "Paragraphe"), None)
        said = cleaned(first.text()) if first else ""
        self.composer.add(f"{label}\u00a0: {said}" if label and said else label or said, "note")
        rest = [part for part in parts if part is not first]
        self._inside(Node(node.name, {}, list(rest)), "note")

    def _table(self, node: Node) -> None:
        grid = [
            [
                Cell(
                    _cell_text(cell),
                    _number(cell.attributes.get("fusionHorizontale")),
                    _number(cell.attributes.get("fusionVerticale")),
                    row.attributes.get("type") == "header",
                )
                for cell in row.all("Cellule")
            ]
            for row in node.elements()
            if row.name == "Rangée"
        ]
        with self.composer.under(_title(node)):
            for line in rows(grid):
                self.composer.add(line, "row")

    def _link(self, node: Node) -> None:
        link, source = cleaned(node.text_of("LienExterne")), cleaned(node.text_of("Source"))
        self.composer.add(f"{link} ({source})" if source else link, "item")

    def _office(self, node: Node, *, top: bool) -> None:
        title, web = _title(node), node.first("RessourceWeb")
        if not title:
            return
        self.offices.setdefault(title, web.attributes.get("URL", "") if web else "")
        if not top:
            self.composer.add(title, "item")
        elif text := node.first("Texte"):
            with self.composer.under("Où s'adresser\u00a0?"):
                self.composer.add(f"{title}\u00a0: {_in_a_line(text)}", "note")

    def _service(self, node: Node, *, top: bool) -> None:
        title = _title(node)
        if not title:
            return
        self.services.setdefault(title, node.attributes.get("URL", ""))
        if not top:
            self.composer.add(title, "item")

    def _reference(self, node: Node) -> None:
        title, more = _title(node), cleaned(node.text_of("Complement"))
        if title:
            self.references.setdefault(f"{title} ({more})" if more else title, node.attributes.get("URL", ""))

    def _definition(self, node: Node) -> None:
        text = node.first("Texte")
        if text:
            with self.composer.under("Définitions"):
                self.composer.add(f"{_title(node)}\u00a0: {_in_a_line(text)}", "note")

    def _acronym(self, node: Node) -> None:
        short, long = _title(node), cleaned(node.text_of("Texte"))
        if short and long:
            self.acronyms.setdefault(short, long)


def _title(node: Node) -> str:
    return cleaned(node.text_of("Titre"))


def _in_a_line(node: Node) -> str:
    """Return all that is said inside, with spaces between, titles with colons."""
    said = []
    for part in node.children:
        if isinstance(part, str):
            said.append(cleaned(part))
        elif part.name in ("Paragraphe", "Item"):
            said.append(cleaned(part.text()))
        elif part.name == "Titre":
            said.append(f"{cleaned(part.text())}\u00a0:")
        elif part.name not in _OUTSIDE:
            said.append(_in_a_line(part))
    return " ".join(filter(None, said))


def _cell_text(cell: Node) -> str:
    """Return the text of a cell: the items of its lists with commas between, its paragraphs with spaces."""
    said = []
    for part in cell.children:
        if isinstance(part, str):
            said.append(part)
        elif part.name == "Liste":
            said.append(", ".join(cleaned(item.text()) for item in part.all("Item")))
        else:
            said.append(part.text())
    return cleaned(" ".join(said))


def _number(written: str | None) -> int:
    return int(written) if written and written.isdigit() else 1

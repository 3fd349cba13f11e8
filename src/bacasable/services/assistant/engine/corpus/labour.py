"""Labour law: sheets of the ministry, answers by collective agreement, and articles of codes.

Sources: the npm packages ``@socialgouv/fiches-travail-data``, ``contributions-data`` and ``legi-data``
(Apache 2.0; the codes are extracts of the LEGI base, Licence Ouverte 2.0).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.corpus.composing import Composer, cleaned, day
from bacasable.services.assistant.engine.corpus.markup import fragment, markdown
from bacasable.services.assistant.engine.sheets import Sheet

_MINISTRY = "Ministère chargé du travail"
_PACKAGES = "Apache-2.0"
_OPEN = "Licence Ouverte 2.0"
#: Versions of an article that are the law today.
_IN_FORCE = {"VIGUEUR", "ABROGE_DIFF", "VIGUEUR_ETEN", "VIGUEUR_NON_ETEN"}
_GENERAL = "Code du travail"
_DEEPEST = 60


def kind_of(data: Any) -> str:
    """Return "labour_sheets", "contributions" or "code", or "" where ``data`` is none of them."""
    if isinstance(data, dict) and data.get("type") == "code" and isinstance(data.get("data"), dict):
        return "code"
    first = data[0] if isinstance(data, list) and data else None
    if isinstance(first, dict) and {"pubId", "sections", "title"} <= first.keys():
        return "labour_sheets"
    if isinstance(first, dict) and {"answers", "id", "title"} <= first.keys():
        return "contributions"
    return ""


def labour_sheets(data: list[dict[str, Any]], collection: str) -> Iterator[Sheet]:
    """Yield the ministry's sheets: one heading a section, with the anchor of none."""
    for one in data:
        composer = Composer()
        fragment(str(one.get("intro") or ""), composer)
        for section in one["sections"]:
            title = cleaned(str(section.get("title") or ""))
            with composer.under("" if title == cleaned(one["title"]) else title):
                fragment(str(section.get("html") or ""), composer)
        if not composer.is_empty:
            yield composer.sheet(
                str(one["pubId"]),
                collection,
                str(one["title"]),
                url=str(one.get("url") or ""),
                dated=day(str(one.get("date") or "")),
                summary=cleaned(str(one.get("description") or "")),
                theme=("Travail",),
                publisher=_MINISTRY,
                licence=_PACKAGES,
            )


def contributions(data: list[dict[str, Any]], collection: str) -> Iterator[Sheet]:
    """Yield questions: the answer of the code, and that of each collective agreement, as cases."""
    for one in data:
        composer = Composer()
        answers = one["answers"]
        agreements = sorted(answers.get("conventions") or (), key=lambda answer: str(answer["idcc"]))
        options = [_GENERAL, *(f"Convention collective n° {answer['idcc']}" for answer in agreements)]
        texts = [answers["generic"], *agreements]
        key = composer.choose("agreement", options) if agreements else ""
        for number, (option, answer) in enumerate(zip(options, texts, strict=True)):
            text = str(answer.get("markdown") or answer.get("text") or "").replace("<HDN>", "")
            text = text.replace("</HDN>", "")
            if key:
                with composer.case(key, number, option):
                    markdown(text, composer)
            else:
                markdown(text, composer)
        if not composer.is_empty:
            yield composer.sheet(
                str(one["id"]),
                collection,
                str(one["title"]),
                kind="question",
                summary=cleaned(str(answers["generic"].get("description") or "")),
                theme=("Travail",),
                references=tuple(
                    (cleaned(str(reference["title"])), str(reference.get("url") or ""))
                    for reference in answers["generic"].get("references") or ()
                ),
                publisher=_MINISTRY,
                licence=_PACKAGES,
            )


def code(data: dict[str, Any], collection: str) -> Iterator[Sheet]:
    """Yield one sheet for each article in force, under the titles of its books, parts and chapters.

    Its identifier is that of the article in all of its versions, so that a new version is a change.
    """
    name = cleaned(str(data["data"]["title"]))
    yield from _articles(data, collection, name, (), 0)


def _articles(
    node: dict[str, Any], collection: str, name: str, theme: tuple[str, ...], depth: int
) -> Iterator[Sheet]:
    if depth > _DEEPEST:
        raise Refused(N_("its sections are nested far deeper than in a real code"))
    for child in node.get("children") or ():
        about = child["data"]
        if child["type"] == "article":
            if made := _article(about, collection, name, theme):
                yield made
        elif about.get("etat") in _IN_FORCE:
            title = cleaned(str(about.get("title") or ""))
            yield from _articles(child, collection, name, (*theme, title) if title else theme, depth + 1)


def _article(about: dict[str, Any], collection: str, name: str, theme: tuple[str, ...]) -> Sheet | None:
    if about.get("etat") not in _IN_FORCE:
        return None
    composer = Composer()
    fragment(str(about.get("texteHtml") or about.get("texte") or ""), composer)
    if nota := cleaned(str(about.get("nota") or "")):
        composer.add(nota, "note")
    if composer.is_empty:
        return None
    identifier = str(about.get("cid") or about["id"])
    return composer.sheet(
        identifier,
        collection,
        f"{name}, article {about['num']}" if about.get("num") else name,
        url=f"https://www.legifrance.gouv.fr/codes/article_lc/{about['id']}",
        dated=_since(about.get("dateDebut")),
        theme=(name, *theme),
        kind="article",
        publisher="DILA, Légifrance",
        licence=_OPEN,
    )


def _since(milliseconds: Any) -> date | None:
    if not isinstance(milliseconds, int) or milliseconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).date()
    except (OverflowError, ValueError, OSError):
        return None

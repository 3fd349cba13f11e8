"""``bacasable assistant``: import documents, ask, search, evaluate, serve the Model Context Protocol.

``evaluate`` needs two files and no installation; the others work on the installation under ``--home`` and
read what is open to everybody, and to the groups named with ``--group``.
"""

import json
from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.sheets import Access, Answer, Quotation

app = typer.Typer(help="Ask official sheets, with quotations; import documents.", no_args_is_help=True)


class Method(StrEnum):
    """How passages are searched."""

    hybrid = "hybrid"
    lexical = "lexical"
    semantic = "semantic"


Group = Annotated[
    list[str] | None, typer.Option("--group", help="Title of a group whose collections may be read too.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("import")
def import_(
    source: Annotated[
        Path, typer.Argument(exists=True, help="File, folder or ZIP archive of sheets or documents.")
    ],
    collection: Annotated[str, typer.Option(help="Short name of the collection; made if there is none.")],
    title: Annotated[str, typer.Option(help="Title of a collection that is made.")] = "",
    publisher: Annotated[str, typer.Option(help="Who publishes the documents; shown with quotations.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence; shown with quotations.")] = "",
    is_open: Annotated[
        bool, typer.Option("--open", help="Made readable by everybody who may ask; else by no one yet.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="The collection holds exactly this afterwards.")
    ] = False,
    vectors: Annotated[
        bool, typer.Option(help="Compute the vectors now; without them, search goes by words until they are.")
    ] = True,
) -> None:
    """Read documents into a collection; those that cannot be read are listed, the others go on.

    Exit code 1 where nothing could be read, 4 where some files could not.
    """
    from bacasable.privacy.commands.terminal import SOME_FAILED, counting

    _installation()
    from bacasable.services.assistant.engine.corpus import Unreadable, read
    from bacasable.services.assistant.engine.sheets import Sheet
    from bacasable.services.assistant.web import running
    from bacasable.services.assistant.web.actions.collections import make_collection
    from bacasable.services.assistant.web.models import Collection

    found = Collection.objects.filter(key=collection).first() or make_collection(
        key=collection,
        title=title or collection,
        publisher=publisher,
        licence=licence,
        is_open=is_open,
        by="system",
    )
    failed: list[Unreadable] = []

    def sheets() -> Iterator[Sheet]:
        with counting("reading") as told:
            for one in read(source, collection, progress=told):
                if isinstance(one, Unreadable):
                    failed.append(one)
                else:
                    yield one

    index, readers = running.index(), running.readers_of(found)
    change = partial(index.replace, collection) if replace else index.put
    done = change(sheets(), readers=readers)
    for one in failed:
        typer.echo(f"not read: {one.path}: {one.why}", err=True)
    typer.echo(
        f"{collection}: {done.added} sheets added, {done.changed} changed, {done.unchanged} as they were, "
        f"{done.removed} removed; {len(failed)} files not read"
    )
    if vectors and done.added + done.changed:
        with counting("vectors") as told:
            total = left = index.embed(0)
            while left:
                told(total - left, total)
                left = index.embed(16)
        running.calibrate()
    if failed:
        raise typer.Exit(SOME_FAILED if done.added + done.changed + done.unchanged else 1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in plain French.")],
    group: Group = None,
    as_json: AsJson = False,
) -> None:
    """Answer in the words of the sheets, each sentence with its source, or say why not."""
    _installation()
    from bacasable.services.assistant.web import readings, running

    readings.admitted()
    answer = running.assistant().ask(question, access=_access(group), shield=running.shield())
    if as_json:
        _print(_told(answer))
        return
    for line in _lines(answer):
        typer.echo(line)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Passages at most.")] = 10,
    method: Annotated[Method, typer.Option(help="By words, by meaning, or both.")] = Method.hybrid,
    group: Group = None,
    as_json: AsJson = False,
) -> None:
    """List the best passages, best first."""
    _installation()
    from bacasable.services.assistant.web import readings, running

    readings.admitted()
    asked = running.searched(running.shield().hide(query))
    hits = running.index().search(asked, access=_access(group), limit=limit, method=method.value)
    if as_json:
        rows = [
            {
                "collection": hit.sheet.collection,
                "id": hit.sheet.id,
                "title": hit.sheet.title,
                "url": hit.sheet.url,
                "date": hit.sheet.dated.isoformat() if hit.sheet.dated else None,
                "path": list(hit.passage.path),
                "start": hit.passage.start,
                "end": hit.passage.end,
                "score": hit.score,
                "similarity": hit.similarity,
                "text": hit.text,
            }
            for hit in hits
        ]
        _print({"results": rows})
        return
    for number, hit in enumerate(hits, 1):
        dated = hit.sheet.dated.isoformat() if hit.sheet.dated else "no date"
        typer.echo(f"{number}. {hit.sheet.title} ({dated}) {hit.sheet.url}")
        if hit.passage.path:
            typer.echo(f"   {' > '.join(hit.passage.path)}")
        typer.echo(f"   {hit.text[:300]}")


@app.command()
def evaluate(
    corpus: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="JSON lines: id, title, text (theme, link...).")
    ],
    questions: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="JSON lines: question, expected (an id).")
    ],
    as_json: AsJson = False,
) -> None:
    """Rank a corpus for questions whose sheet is known: nDCG@10, recall@10, MRR@10, with intervals."""
    from bacasable.services.assistant.engine.evaluation import evaluate as measured

    found = measured(corpus, questions)
    if as_json:
        _print(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}: {value}")


@app.command()
def mcp(group: Group = None) -> None:
    """Serve the Model Context Protocol on standard input and output: the tools ``search`` and ``fetch``."""
    _installation()
    from bacasable.services.assistant.web import readings
    from bacasable.services.assistant.web.protocol import server

    readings.admitted()
    server(_access(group)).run("stdio")


def _installation() -> None:
    """Open the installation under ``--home``.

    Raises:
        Refused: there is none.
    """
    from bacasable.people.opening import open_installation

    open_installation("bacasable.services.assistant.web")


def _access(groups: list[str] | None) -> "Access":
    from bacasable.services.assistant.engine.sheets import Access
    from bacasable.services.assistant.web.models import ReaderGroup

    named = set(groups or ())
    found = list(ReaderGroup.objects.filter(title__in=named))
    if missing := named - {group.title for group in found}:
        raise Refused(N_("no group has this title: {titles}"), titles=", ".join(sorted(missing)))
    return Access(frozenset(f"group:{group.public_id}" for group in found))


def _lines(answer: "Answer") -> Iterator[str]:
    if answer.choice is not None:
        yield answer.choice.question or "It depends on the situation; which one applies?"
        yield from (f"- {option}" for option in answer.choice.options)
        return
    if not answer.sentences:
        yield f"I do not know ({answer.abstained})."
        return
    for sentence in answer.sentences:
        yield sentence.text + "".join(f" [{number + 1}]" for number in sentence.quotations)
    yield ""
    for number, quotation in enumerate(answer.quotations, 1):
        sheet = quotation.sheet
        dated = sheet.dated.isoformat() if sheet.dated else "no date"
        stale = ", out of date" if quotation.stale else ""
        yield f"[{number}] {sheet.title} ({dated}{stale}) {sheet.url}"


def _told(answer: "Answer") -> dict[str, Any]:
    return {
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 3),
        "generated": answer.generated,
        "situations": list(answer.choice.options) if answer.choice else [],
        "sentences": [
            {"text": sentence.text, "quotations": list(sentence.quotations)} for sentence in answer.sentences
        ],
        "quotations": [_quoted(quotation) for quotation in answer.quotations],
    }


def _quoted(quotation: "Quotation") -> dict[str, Any]:
    sheet = quotation.sheet
    return {
        "collection": sheet.collection,
        "id": sheet.id,
        "title": sheet.title,
        "url": sheet.url,
        "date": sheet.dated.isoformat() if sheet.dated else None,
        "start": quotation.start,
        "end": quotation.end,
        "text": quotation.text,
        "stale": quotation.stale,
    }


def _print(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))

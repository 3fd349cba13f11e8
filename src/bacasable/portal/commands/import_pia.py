"""``bacasable import-pia FILE``: read a file of the CNIL's PIA software, show it, fill its open questions."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bacasable.portal.commands.export import Language, declaration_of, deliver, for_people, spoken

app = typer.Typer(help="Read an impact assessment of the CNIL's PIA software.")


#: Lines of what was set aside that a terminal shows; the assessment for people lists more.
_MOST_LINES = 100
#: What is written: nothing, the file, or the assessment for people.
Written = Literal["summary", "file", "html", "pdf"]


@app.command(
    epilog=(
        "Exit codes: 0 read; 1 refused (the message says the remedy), nothing written; 2 wrong usage. The "
        "file "
        "keeps everything: HTML as it was written, keys that we do not know, evaluations of nothing. "
        "Scripts in "
        "it are kept, listed, and never shown nor run: people are shown text."
    )
)
def import_pia(
    file: Annotated[Path, typer.Argument(help="The export (JSON).", exists=True, dir_okay=False)],
    service: Annotated[
        str, typer.Option(help="Fill what the assessment leaves open from the declaration of this service.")
    ] = "",
    form: Annotated[
        Written, typer.Option("--as", help="A summary, the file, or the assessment for people.")
    ] = "summary",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write there; else to the standard output.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of what is shown.")] = "fr",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the output if it exists.")] = False,
) -> None:
    """Read an impact assessment of the CNIL's PIA software, say what it holds and what was set aside.

    With --service, what it leaves open is answered from the declaration and measures are added with their
    evidence; what people wrote is never changed. An assessment that nobody fills is written back byte for
    byte.
    """
    from bacasable.compliance.exports.pia.document import LARGEST_BYTES, read
    from bacasable.compliance.exports.pia.from_declaration import filled
    from bacasable.compliance.exports.pia.set_aside import set_aside
    from bacasable.compliance.exports.pia.shown import imported
    from bacasable.privacy.messages import Refused

    try:
        with file.open("rb") as stream:
            assessment = read(stream.read(LARGEST_BYTES + 1))
    except Refused as refused:
        raise refused.at(file) from None
    declaration = declaration_of(service) if service else None
    with spoken(declaration, language) as context:
        done: tuple[int, ...] = ()
        added: tuple[str, ...] = ()
        if declaration is not None:
            assessment, done, added = filled(assessment, declaration, context)
        sheet = imported(assessment, context)
        aside = [(one.place, one.found, context.say(one.reason)) for one in set_aside(assessment)]
    if form == "summary" and out is None:
        typer.echo(f"{assessment.name}: {sheet.introduction[0]}")
        typer.echo(f"Questions answered: {len(assessment.answers())}; left open: {len(sheet.missing)}")
        typer.echo(f"Measures: {len(assessment.measures())}; evaluations: {len(assessment.evaluations())}")
    elif form == "summary" or form == "file":
        deliver(assessment.write(), out, overwrite=overwrite)
    else:
        deliver(for_people(sheet, form), out, overwrite=overwrite)
    if service:
        typer.echo(f"Filled from {service}: {len(done)} questions, {len(added)} measures", err=True)
    if aside:
        typer.echo(f"Set aside, kept in the file ({len(aside)}):", err=True)
    for place, found, reason in aside[:_MOST_LINES]:
        typer.echo(f"  {place}: {found}: {reason}" if found else f"  {place}: {reason}", err=True)
    if len(aside) > _MOST_LINES:
        typer.echo(f"  ... and {len(aside) - _MOST_LINES} more", err=True)

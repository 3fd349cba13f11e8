"""``bacasable export SERVICE --format KEY``: the declaration of a service in a format that others ask for."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bacasable.portal.refusal import Refused

if TYPE_CHECKING:
    from bacasable.compliance.exports.interface import Context
    from bacasable.compliance.exports.sheet import Missing, Sheet
    from bacasable.compliance.processing import Processing

#: Exit codes (2, wrong usage, is the parser's).
DONE, REFUSED, USAGE, NOT_DUE = 0, 1, 2, 3


#: Which file of a format is written: its own, or the same content for people.
Form = Literal["file", "html", "pdf"]
Language = Literal["fr", "en"]

app = typer.Typer(help="Write the declaration of a service in a format.")


@app.command(
    epilog=(
        "Exit codes: 0 written, also where things are missing (each is a line on the error output); 1 "
        "refused "
        "(the message says the remedy), nothing written; 2 wrong usage; 3 the format does not concern this "
        "service, nothing written."
    )
)
def export(
    service: Annotated[str, typer.Argument(help="Key of the service, such as 'platform'.")] = "platform",
    format: Annotated[str, typer.Option("--format", metavar="KEY", help="The format; see --list.")] = "",
    form: Annotated[
        Form, typer.Option("--as", help="The format's own file, or the same content for people.")
    ] = "file",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write there; else to the standard output.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the export.")] = "fr",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE if it exists.")] = False,
    list_formats: Annotated[bool, typer.Option("--list", help="List the formats and leave.")] = False,
) -> None:
    """Write the declaration of SERVICE in a format, and say what could not be filled and where to fill it."""
    from bacasable.compliance.exports.interface import NotDue
    from bacasable.compliance.exports.loading import available

    formats = available()
    if list_formats:
        for key, one in formats.items():
            typer.echo(f"{key:<12}  .{one.extension:<7}  {one.label}")
        return
    if format not in formats:
        raise Refused(f"'{format}' is no format; give --format one of: {', '.join(formats)}")
    declaration = declaration_of(service)
    chosen = formats[format]
    with spoken(declaration, language) as context:
        try:
            if form == "file":
                made = chosen.render(declaration, context)
                content, missing = made.content, made.missing
            else:
                sheet = chosen.sheet(declaration, context)
                content, missing = for_people(sheet, form), sheet.missing
        except NotDue as reason:
            typer.echo(f"bacasable: {service}, {format}: {reason}", err=True)
            raise typer.Exit(NOT_DUE) from None
    deliver(content, out, overwrite=overwrite)
    tell(missing)


def declaration_of(service: str) -> "Processing":
    """Return the declaration of a service of the catalogue.

    Raises:
        Refused: there is none of that key.
    """
    from bacasable.compliance.catalogue import catalogue, processing_of

    known = catalogue()
    if service not in known:
        raise Refused(f"'{service}' is not in the catalogue; its services: {', '.join(known)}")
    return processing_of(known[service])


@contextmanager
def spoken(declaration: "Processing | None", language: Language) -> Iterator["Context"]:
    """Give the context of an export (of no service's measurements without one) while its language is active.

    Raises:
        Refused: a file under ``HOME/keys`` that should be a public key is none.
    """
    from bacasable.compliance import signing
    from bacasable.compliance.exports.installation import context_of
    from bacasable.portal.installation import configuration

    settings = configuration()
    from django.utils import translation

    from bacasable.duties.dpia.queries import RECORDED_DPIAS

    with translation.override(language):
        try:
            context = context_of(
                declaration,
                settings,
                language=language,
                translate=translation.gettext,
                dpias=RECORDED_DPIAS if settings.secret_key else None,
            )
        except signing.KeyRefused as error:
            raise Refused(str(error)) from error
        yield context


def for_people(sheet: "Sheet", form: Form) -> bytes:
    """Return a sheet as a page or as a tagged PDF."""
    if form == "html":
        from bacasable.compliance.exports.sheet import as_page

        return as_page(sheet)
    from bacasable.exchange.sheets import as_pdf

    return as_pdf(sheet)


def deliver(content: bytes, out: Path | None, *, overwrite: bool) -> None:
    """Write a file whole or not at all, or to the standard output.

    Raises:
        Refused: of the techniques: the file exists, or cannot be written.
    """
    if out is None:
        if sys.stdout.isatty() and content.startswith(b"%PDF"):
            raise Refused("a PDF is not for a terminal; name a file with --out")
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from bacasable.privacy.redaction.files.writing import whole_file

    with whole_file(out, overwrite=overwrite) as file:
        file.write(content)
    typer.echo(f"Written: {out} ({len(content):,} bytes)", err=True)


def tell(missing: Iterable["Missing"]) -> None:
    """Say what could not be filled, one line each, on the error output."""
    listed = list(missing)
    if listed:
        typer.echo(f"Not filled ({len(listed)}):", err=True)
    for one in listed:
        typer.echo(f"  {one}", err=True)

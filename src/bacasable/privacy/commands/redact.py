"""``bacasable redact FILE...`` and ``bacasable scan DIR``: personal data in files, replaced or counted."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bacasable.privacy.commands.listing import show, tell, write_report
from bacasable.privacy.commands.terminal import (
    DONE,
    FOUND,
    INTERRUPTED,
    REFUSED,
    SOME_FAILED,
    TERMINATED,
    USAGE,
    guarded,
    progress,
    shown,
)
from bacasable.privacy.messages import N_, Refused, Said

if TYPE_CHECKING:
    from bacasable.privacy.pseudonyms import KeyStore
    from bacasable.privacy.redaction.files import Reading, Report, Writing
    from bacasable.privacy.redaction.types import Registry

_CODES = (
    f"Exit codes: {DONE} done; {REFUSED} refused, or no file could be read; {USAGE} wrong usage; "
    f"{FOUND} personal data found (scan --fail-if-found); {SOME_FAILED} some files failed, the others are "
    f"done; {INTERRUPTED} interrupted ({TERMINATED} by SIGTERM), no half file left."
)
_SIZES = (
    "Text, Markdown, JSON lines and CSV of any size, in flat memory (a record up to 64 million characters, "
    "which bounds a JSON document too); DOCX, ODT and PDF up to 64 MiB (512 MiB unpacked, 5,000 pages)."
)

app = typer.Typer(help="Find and replace personal data in files.", no_args_is_help=True)


class Mode(StrEnum):
    """What is written in place of a value."""

    mask = "mask"
    tag = "tag"
    pseudonym = "pseudonym"
    surrogate = "surrogate"


class Format(StrEnum):
    """Formats of files."""

    text = "text"
    markdown = "markdown"
    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    docx = "docx"
    odt = "odt"
    pdf = "pdf"


Types = Annotated[
    str,
    typer.Option(metavar="A,B", help="Only these types (PERSON,NIR) or families (date); all unless given."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Only what a checksum or a form proves.")]
Ner = Annotated[bool, typer.Option("--ner", help="Ask spaCy where names are unsure (extra 'ner').")]
Pack = Annotated[
    list[Path] | None, typer.Option(metavar="FILE", help="Types of your own (TOML); may be repeated.")
]
FieldNames = Annotated[
    str,
    typer.Option(
        metavar="A,B",
        help="Columns or keys to read (nom,adresse.rue), all unless given; "
        "nom:PERSON takes each value whole as one.",
    ),
]
Header = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header", help="Whether the first row of a CSV is names; guessed unless given."
    ),
]
FileFormat = Annotated[
    Format | None, typer.Option("--format", help="Read the files as this, whatever they look like.")
]


@app.command(epilog=f"{_SIZES}\n\n{_CODES}")
def redact(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files to redact; they stay as they are.")
    ],
    mode: Annotated[Mode, typer.Option(help="What is written in place of a value.")] = Mode.mask,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write there, under the same names; made if absent.")
    ] = None,
    suffix: Annotated[
        str, typer.Option(help="Else write beside each file, with this before the extension.")
    ] = (".redacted"),
    in_place: Annotated[bool, typer.Option("--in-place", help="Replace the files themselves.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")] = False,
    types: Types = "",
    strict: Strict = False,
    ner: Ner = False,
    pack: Pack = None,
    fields: FieldNames = "",
    header: Header = None,
    format: FileFormat = None,
    key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keys of pseudonyms and seals (mode 0600); else the variable BACASABLE_PSEUDONYM_KEYS.",
        ),
    ] = None,
    scope: Annotated[str, typer.Option(help="The purpose that the keys are of.")] = "",
    new_scope: Annotated[
        bool, typer.Option("--new-scope", help="Make the key of --scope in --key-file, which has none yet.")
    ] = False,
    seal: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write there the encrypted way back of each file.")
    ] = None,
    restore: Annotated[
        Path | None,
        typer.Option(metavar="SEAL", help="Restore the one FILE, redacted, with its seal and key."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what was replaced where (.json or .html), no values."),
    ] = None,
) -> None:
    """Write a copy of each FILE whose personal data is replaced.

    A PDF gives its text, redacted (.pdf.redacted.txt): never a page with boxes over it. Tracked deletions of
    documents are taken out. What cannot be read (pictures, embedded objects) is kept and named: look at it.
    """
    with guarded():
        if in_place and (out or restore):
            raise Refused(N_("--in-place replaces the files: leave --out and --restore out"))
        if "/" in suffix or "\0" in suffix:
            raise Refused(N_("--suffix is a part of a name, without '/': give a folder with --out"))
        if report and report.suffix.lower() not in (".json", ".html"):
            raise Refused(N_("{report}: a report is .json or .html"), report=report)
        if report and not report.parent.is_dir():
            raise Refused(N_("{report}: the folder of the report does not exist: make it"), report=report)
        if restore:
            _restore(files, restore, out, suffix, _keys(key_file), _scope(scope))
            return
        registry = _registry(pack)
        keys = _keys(key_file) if mode is Mode.pseudonym or seal or key_file or new_scope else None
        writing = _writing(mode, registry, keys, scope, new_scope)
        reading = _reading(types, strict, ner, registry, fields, header, format)
        for folder in filter(None, (out, seal)):
            _make(folder)
        # A name that is taken may not be written to again, even with --overwrite: it would cost a file.
        taken = {_real(path): Said(N_("FILE {path} itself"), path=path) for path in files if not in_place}
        if report:
            if _real(report) in {_real(path) for path in files}:
                raise Refused(
                    N_("{report}: the report would replace a FILE to redact; give it another name"),
                    report=report,
                )
            taken[_real(report)] = Said(N_("the report"))
        from bacasable.privacy.redaction.files import redact_file

        def one(path: Path, reading: "Reading") -> "Report":
            if path.is_dir():
                raise Refused(N_("this is a folder: name its files ('bacasable scan' looks through folders)"))
            if path.exists() and not path.is_file():  # a pipe would be waited for, for ever
                raise Refused(N_("this is not a file (a device, a pipe or a socket)"))
            target = _real(path) if in_place else _target(path, out, suffix, format)
            if in_place and _is_pdf(path, format):
                raise Refused(N_("a PDF gives text, which cannot replace it: leave --in-place out"))
            if not in_place and target.exists() and target.samefile(path):
                raise Refused(N_("the output would be the file itself; say --in-place if that is meant"))
            if other := taken.get(_real(target)):
                raise Refused(
                    N_("the output {target} would replace {other}: write elsewhere with --out"),
                    target=target,
                    other=other,
                )
            taken[_real(target)] = Said(N_("that of {path}"), path=path)
            sealed = seal / f"{target.name}.seal" if seal else None
            return redact_file(path, target, reading, writing, seal=sealed, overwrite=overwrite or in_place)

        done = _each(files, reading, one)
        if report:
            write_report(report, done, Said(N_("Personal data replaced")), overwrite)
        _end(done)


@app.command(epilog=_CODES)
def scan(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to look through, or one file.")],
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as a page, too.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON instead of a table.")
    ] = False,
    fail_if_found: Annotated[
        bool, typer.Option("--fail-if-found", help="Exit with code 3 when personal data is found.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the report if it exists.")] = False,
    types: Types = "",
    strict: Strict = False,
    ner: Ner = False,
    pack: Pack = None,
    header: Header = None,
) -> None:
    """Say what personal data lies where under DIR: file, type, count, confidence, first lines. Never the
    values.

    Links are not followed; .git, .hg and .svn are left out; what cannot be read is named. The example is the
    shape of a value only: x for a letter, 9 for a digit.
    """
    with guarded():
        from bacasable.privacy.redaction.files import as_json, entries, scan_entry

        reading = _reading(types, strict, ner, _registry(pack), "", header, None)
        listed = list(entries(folder))
        with progress(sum(entry.size for entry in listed)) as advance:
            done = [scan_entry(entry, _followed(reading, advance)) for entry in listed]
        if json:
            typer.echo(as_json(done, folder=str(folder)), nl=False)
        else:
            show(done, folder)
        if html:
            write_report(html, done, Said(N_("Personal data found")), overwrite)
        if fail_if_found and any(report.tally.total for report in done):
            raise typer.Exit(FOUND)
        _end([report for report in done if not report.is_skipped] or done)


def _registry(packs: list[Path] | None) -> "Registry":
    from bacasable.privacy.redaction.types import registry

    return registry(*(packs or ()))


def _reading(
    types: str,
    strict: bool,
    ner: bool,
    registry: "Registry",
    fields: str,
    header: bool | None,
    format: Format | None,
) -> "Reading":
    from bacasable.privacy.redaction.files import Fields, Reading
    from bacasable.privacy.redaction.finding import Finder

    asked = [one.strip() for one in types.split(",") if one.strip()] or None
    finder = Finder(types=asked, strict=strict, ner=ner, registry=registry)
    chosen = Fields.parsed(fields, tuple(registry))
    return Reading(finder, chosen, format.value if format else None, has_header=header)


def _keys(path: Path | None) -> "KeyStore":
    from bacasable.privacy.pseudonyms import KeyStore

    if path is None:
        try:
            return KeyStore.from_environment()
        except Refused as error:
            raise Refused(
                N_("keys are needed: give --key-file FILE (with --new-scope the first time), or {error}"),
                error=error,
            ) from None
    return KeyStore.from_file(path)


def _scope(scope: str) -> str:
    if not scope:
        raise Refused(N_("say which purpose the keys are of: --scope NAME"))
    return scope


def _writing(
    mode: Mode, registry: "Registry", keys: "KeyStore | None", scope: str, new_scope: bool
) -> "Writing":
    from bacasable.privacy.redaction.files import Writing

    if keys is None:
        return Writing(mode.value, registry=registry)
    if new_scope:
        keys.create(_scope(scope))
    elif _scope(scope) not in keys.scopes:
        raise Refused(
            N_("the scope '{scope}' has no key there: check its name, or make one with --new-scope"),
            scope=scope,
        )
    from bacasable.privacy.pseudonyms import Pseudonyms

    return Writing(mode.value, Pseudonyms(keys, scope), registry, keys, scope)


def _real(path: Path) -> Path:
    """Return the path without links; a link that leads to itself stays (``resolve`` raises on it)."""
    return Path(os.path.realpath(path))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            N_("{folder}: this folder cannot be made ({error}); give another"),
            folder=folder,
            error=error.strerror,
        ) from error


def _is_pdf(path: Path, format: Format | None) -> bool:
    if format is not None or path.suffix.lower() == ".pdf":
        return format in (None, Format.pdf)
    with suppress(OSError), path.open("rb") as file:
        return b"%PDF-" in file.read(1024)
    return False


def _target(path: Path, out: Path | None, suffix: str, format: Format | None) -> Path:
    """Return where the redacted file goes."""
    is_pdf = _is_pdf(path, format)
    if out is not None:
        return out / (f"{path.name}.txt" if is_pdf else path.name)
    name = f"{path.name}{suffix}.txt" if is_pdf else f"{path.stem}{suffix}{path.suffix}"
    return path.with_name(name)


def _restore(
    files: Sequence[Path], seal: Path, out: Path | None, suffix: str, keys: "KeyStore", scope: str
) -> None:
    from bacasable.privacy.redaction.files import restore_file

    if len(files) != 1:
        raise Refused(N_("--restore takes one FILE, the redacted one, and its seal"))
    path = files[0]
    name = path.name.replace(f".pdf{suffix}.txt", f"{suffix}.pdf")
    name = name.replace(suffix, ".restored", 1) if suffix in name else f"{path.stem}.restored{path.suffix}"
    if out is not None:
        _make(out)
    target = (out or path.parent) / name
    restore_file(path, seal, target, keys, scope)
    typer.echo(f"{shown(path)} -> {shown(target)}: restored, byte for byte")


def _each(
    files: Sequence[Path], reading: "Reading", one: "Callable[[Path, Reading], Report]"
) -> "list[Report]":
    """Redact the files one after another, and say what happened to each."""
    from bacasable.privacy.redaction.files import Report, fault

    done: list[Report] = []
    total = 0
    for path in files:
        with suppress(OSError):
            total += path.stat().st_size
    try:
        with progress(total) as advance:
            followed = _followed(reading, advance)
            for path in files:
                try:
                    done.append(one(path, followed))
                except Refused as error:
                    done.append(Report(path, refusal=error.reason))
                except Exception as error:  # a fault of ours on one file leaves the others
                    done.append(Report(path, refusal=fault(error)))
    finally:  # those that were done before an interruption are named, too
        tell(done)
    return done


def _end(done: "Sequence[Report]") -> None:
    """Leave with the code that the files earned."""
    failed = sum(bool(report.refusal) for report in done)
    if failed:
        raise typer.Exit(REFUSED if failed == len(done) else SOME_FAILED)


def _followed(reading: "Reading", advance: Callable[[int], object]) -> "Reading":
    from dataclasses import replace

    return replace(reading, advance=advance)

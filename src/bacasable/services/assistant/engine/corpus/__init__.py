"""What is imported: official sheets, codes, documents, each as a :class:`Sheet` whose text is canonical.

    for found in read(Path("vosdroits-latest.zip"), "service-public"):
        if isinstance(found, Unreadable): ...

Formats are recognised by content: XML and JSON of service-public.fr, JSON of the labour packages and of
codes, JSON lines, PDF, DOCX, ODT, HTML, Markdown and text; a folder or a ZIP archive holds any of them.
"""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.services.assistant.engine.corpus import documents, json_lines, labour, service_public
from bacasable.services.assistant.engine.corpus.composing import Unreadable
from bacasable.services.assistant.engine.corpus.sources import ENTRY, Source, source_of
from bacasable.services.assistant.engine.corpus.trees import Node, from_json, from_xml
from bacasable.services.assistant.engine.sheets import Sheet

__all__ = ["Unreadable", "read"]

#: Told as the import goes: files read, files in all.
Progress = Callable[[int, int], object]
#: What a folder of an npm package holds besides sheets.
_BESIDE = {"index.json", "package.json", "package-lock.json", "renovate.json", "datasets.json"}
_PROGRAMS = {".js", ".ts", ".map", ".lock", ".css", ".gif", ".jpg", ".jpeg", ".png", ".svg", ".xsd"}
_NAMES = {"license", "readme", "changelog", "notice"}


def read(path: Path, collection: str, *, progress: Progress | None = None) -> Iterator[Sheet | Unreadable]:
    """Yield each sheet that ``path`` (a file, a folder or a ZIP archive) holds, and each file that failed.

    A single file that cannot be read is refused; in a folder or an archive the others go on. A sheet of
    service-public.fr that is published for several audiences is given once. Identifiers are unique.

    Raises:
        Refused: nothing at ``path``, or a file or archive that is damaged as a whole: nothing may then be
            taken for deleted.
    """
    source = source_of(path)
    alone = path.is_file() and path.suffix.lower() != ".zip"
    groups = _groups(source.names())
    seen: set[str] = set()
    for done, names in enumerate(groups, 1):
        try:
            for found in _sheets(source, names, collection, alone=alone):
                if isinstance(found, Sheet):
                    if found.id in seen:
                        found = Unreadable(names[0], Said(N_("another file holds the same sheet: left out")))
                    else:
                        seen.add(found.id)
                yield found
        except Refused as refused:
            if alone:
                raise refused.at(path.name) from refused
            yield Unreadable(names[0], refused.said)
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
            OSError,
            MemoryError,
        ) as error:
            unknown = Refused(
                N_("it is not as its format says ({kind}); download or export it again"),
                kind=type(error).__name__,
            )
            if alone:
                raise unknown.at(path.name) from error
            yield Unreadable(names[0], unknown.said)
        if progress:
            progress(done, len(groups))


def _groups(names: list[str]) -> list[list[str]]:
    """Return the names file by file; the files of one sheet for several audiences together."""
    groups: dict[str, list[str]] = {}
    for name in names:
        path = PurePosixPath(name)
        groups.setdefault(path.name if service_public.FILE.match(path.name) else name, []).append(name)
    return [sorted(group, key=_by_audience) for group in groups.values()]


def _by_audience(name: str) -> tuple[bool, str]:
    return "particuliers" not in name, name


def _sheets(
    source: Source, names: list[str], collection: str, *, alone: bool
) -> Iterator[Sheet | Unreadable]:
    name = names[0]
    path = PurePosixPath(name)
    if not alone and _is_beside(path):
        return
    suffix = path.suffix.lower()
    with source.open(name) as file:
        if suffix == ".xml":
            yield from _publication(from_xml(_content(file)), source, names[1:], collection)
        elif suffix == ".json":
            data = json.loads(_content(file))
            if node := _publication_in(data):
                yield from _publication(node, source, names[1:], collection)
            else:
                yield from _labour(data, collection)
        elif suffix in (".jsonl", ".ndjson"):
            yield from json_lines.read(file, name, collection)
        else:
            yield documents.read(file, name, collection)


def _is_beside(path: PurePosixPath) -> bool:
    if service_public.BESIDE.match(path.name):
        return True
    return path.name in _BESIDE or path.suffix.lower() in _PROGRAMS or path.stem.lower() in _NAMES


def _content(file: BinaryIO) -> bytes:
    if file.seek(0, io.SEEK_END) > ENTRY:
        raise Refused(N_("a file of more than {size} MiB is not read whole; split it"), size=ENTRY >> 20)
    file.seek(0)
    content = file.read()
    if not content.strip():
        raise Refused(N_("the file is empty; download it again"))
    return content


def _publication_in(data: Any) -> Node | None:
    """Return the publication that the JSON of the npm package holds, None where it is something else."""
    if not isinstance(data, dict) or "id" not in data:
        return None
    parts = [part for part in data.get("children") or () if isinstance(part, dict)]
    first = next((part for part in parts if part.get("type") == "element"), None)
    return from_json(first) if first else None


def _publication(root: Node, source: Source, others: list[str], collection: str) -> Iterator[Sheet]:
    if root.name not in ("Publication", "ServiceComplementaire"):
        raise Refused(N_("this XML is no sheet of service-public.fr"))
    if not service_public.is_sheet(root):
        return
    alike = [node for name in others if (node := _again(source, name))]
    if made := service_public.sheet(root, collection, alike):
        yield made


def _again(source: Source, name: str) -> Node | None:
    """Return the same sheet as published for another audience; one that fails there is told by the first."""
    try:
        with source.open(name) as file:
            content = _content(file)
        return from_xml(content) if name.endswith(".xml") else _publication_in(json.loads(content))
    except (Refused, ValueError, RecursionError):
        return None


def _labour(data: Any, collection: str) -> Iterator[Sheet]:
    kind = labour.kind_of(data)
    if kind == "labour_sheets":
        yield from labour.labour_sheets(data, collection)
    elif kind == "contributions":
        yield from labour.contributions(data, collection)
    elif kind == "code":
        yield from labour.code(data, collection)
    else:
        raise Refused(
            N_("this JSON is of no kind that is known here; give JSON lines with id, title and text")
        )

"""JSON lines, and one JSON document: values are replaced inside their quotes, all else stays byte for byte.

Sources: RFC 8259 (JSON); https://jsonlines.org (one value a line, UTF-8, lines end with ``\\n``).
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.privacy.redaction.files.choices import Fields
from bacasable.privacy.redaction.files.coverage import Coverage
from bacasable.privacy.redaction.files.editing import BATCH, Edit, Editor, Field, applied
from bacasable.privacy.redaction.files.lines import RECORD, lines, too_long

_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)"|([{}\[\],])|(-?[0-9][-+.0-9eE]*)')
_ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
#: Digits from which a number may identify someone.
_DIGITS = 8
#: Distinct keys looked at, and their length.
_KEYS, _KEY = 5_000, 200


@dataclass
class _Value:
    """A string or number of the batch: where its characters are in the raw text, and what it is called."""

    start: int
    end: int
    path: tuple[str, ...]
    line: int
    is_number: bool
    record: int


@dataclass
class JsonLines:
    """Reads one file of JSON lines (``is_document``: one JSON value over many lines)."""

    editor: Editor
    fields: Fields
    is_document: bool = False
    counts_only: bool = False
    notes: list[Said] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.coverage = Coverage()
        self._aside = Editor(self.editor.finder)
        self._keys: dict[str, None] = {}
        self._seen: set[tuple[str, ...]] = set()

    def pieces(self, chunks: Iterable[str]) -> Iterator[tuple[str, list[Edit]]]:
        """Yield the raw text, piece by piece, with its edits.

        Raises:
            Refused: a line is not JSON, or too long; a field was named that no record has.
        """
        raw: list[str] = []
        values: list[_Value] = []
        size = weight = 0
        for number, line in enumerate(self._records(chunks), start=1):
            self._check(line, number)
            for value in self._values(line, number):
                value.start += size
                value.end += size
                weight += value.end - value.start + 16
                values.append(value)
            raw.append(line)
            size += len(line)
            if weight >= BATCH or size >= 8 * BATCH:
                yield self._edited("".join(raw), values)
                raw, values, size, weight = [], [], 0, 0
        if raw:
            yield self._edited("".join(raw), values)
        self.fields.require(self._seen, N_("field of these records"))
        self._tell()

    def _records(self, chunks: Iterable[str]) -> Iterator[str]:
        if not self.is_document:
            yield from lines(chunks, only_newline=True)
            return
        held: list[str] = []
        size = 0
        for chunk in chunks:
            held.append(chunk)
            size += len(chunk)
            if size > RECORD:
                raise too_long(1)
        yield "".join(held)

    def _check(self, line: str, number: int) -> None:
        if not line.strip():
            return
        try:
            json.loads(line.rstrip("\r\n"))
        except json.JSONDecodeError as error:
            is_lines = self.is_document and error.msg == "Extra data"
            other = N_("as JSON lines with --format jsonl") if is_lines else N_("as text with --format text")
            raise Refused(
                N_(
                    "line {line}, column {column}: this is not JSON ({error}); mend it, or read the "
                    "file {other}"
                ),
                line=number + error.lineno - 1,
                column=error.colno,
                error=error.msg,
                other=Said(other),
            ) from None
        except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
            raise Refused(
                N_(
                    "line {line}: values are nested too deep, or a number is too long; read the "
                    "file as text with --format text"
                ),
                line=number,
            ) from None

    def _values(self, line: str, number: int) -> Iterator[_Value]:
        """Yield the values of one record that are read, in order."""
        keys: list[str | None] = []  # of the containers around: a key, or None in a list
        awaits_key = False
        counted, record = 0, number
        for token in _TOKEN.finditer(line):
            kind = token.lastindex
            if kind == 2:
                sign = token[2]
                if sign in "{[":
                    keys.append("" if sign == "{" else None)
                elif sign in "}]":
                    keys.pop()
                awaits_key = sign in "{," and bool(keys) and keys[-1] is not None
                continue
            if kind == 1 and awaits_key:
                keys[-1] = self._key(token[1])
                awaits_key = False
                self._seen.add(tuple(key for key in keys if key is not None))
                continue
            if kind == 3 and token.end() - token.start() < _DIGITS and not self.fields.named:
                continue
            path = tuple(key for key in keys if key is not None)
            if self.is_document:
                number += line.count("\n", counted, token.start())
                counted = token.start()
            if self.fields.choice(path).is_read or kind == 3:
                start, end = token.span(kind or 0)
                yield _Value(start, end, path, number, kind == 3, record)

    def _key(self, raw: str) -> str:
        key = str(json.loads(f'"{raw}"')) if "\\" in raw else raw
        if len(self._keys) < _KEYS and key not in self._keys:
            self._keys[key[:_KEY]] = None
        return key

    def _edited(self, raw: str, values: list[_Value]) -> tuple[str, list[Edit]]:
        edits: list[Edit] = []
        searched: list[_Value] = []
        aside: list[Field] = []
        for value in values:
            text = raw[value.start : value.end]
            choice = self.fields.choice(value.path)
            if value.is_number and not (choice.is_named or self.counts_only):
                if len(text) >= _DIGITS:
                    aside.append(Field(_label(value), text, value.line, value.record))
            elif choice.kind:
                new = self.editor.whole(_unescaped(text), choice.kind, value.line)
                edits += _raw_edits(value, text, [Edit(0, len(_unescaped(text)), new)])
            else:
                searched.append(value)
        fields = [
            Field(_label(one), _unescaped(raw[one.start : one.end]), one.line, one.record) for one in searched
        ]
        for value, found in zip(searched, self.editor.fields(fields), strict=True):
            self.coverage.add(".".join(value.path), bool(found))
            if found:
                edits += _raw_edits(value, raw[value.start : value.end], found)
        if aside:
            self._aside.fields(aside)
        return raw, sorted(edits)

    def _tell(self) -> None:
        """Note what was seen and cannot be replaced: numbers that nobody named, and keys."""
        self.notes += self.coverage.notes()
        if self._aside.tally.total:
            kinds = ", ".join(sorted(self._aside.tally.counts))
            self.notes.append(
                Said(
                    N_(
                        "{count} numbers look like {kinds} and were kept: name their fields with --fields to "
                        "replace them by strings"
                    ),
                    count=self._aside.tally.total,
                    kinds=kinds,
                )
            )
        keys = Editor(self.editor.finder)
        keys.edits("\n".join(self._keys), lambda _: 1)
        sure = {kind: one for kind, one in keys.tally.counts.items() if one.confidence_max >= 0.9}
        sure = {kind: one for kind, one in sure.items() if kind not in ("PERSON", "LOCATION", "DATE")}
        if sure:
            total = sum(one.count for one in sure.values())
            kinds = ", ".join(sorted(sure))
            self.notes.append(
                Said(N_("{count} keys look like {kinds}: keys are kept"), count=total, kinds=kinds)
            )


def _label(value: _Value) -> str:
    return value.path[-1] if value.path else ""


def _unescaped(raw: str) -> str:
    return str(json.loads(f'"{raw}"')) if "\\" in raw else raw


def _raw_edits(value: _Value, raw: str, edits: list[Edit]) -> list[Edit]:
    """Return the edits of a value as edits of the raw text: escapes have several signs for one character."""
    if value.is_number:
        return [Edit(value.start, value.end, f'"{_escaped(applied(raw, edits))}"')]
    if "\\" not in raw:
        return [Edit(value.start + edit.start, value.start + edit.end, _escaped(edit.text)) for edit in edits]
    places: list[int] = []
    at = 0
    for escape in _ESCAPE.finditer(raw):
        places += range(at, escape.start())
        places.append(escape.start())
        at = escape.end()
    places += range(at, len(raw) + 1)
    return [
        Edit(value.start + places[edit.start], value.start + places[edit.end], _escaped(edit.text))
        for edit in edits
    ]


def _escaped(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    return _SURROGATE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", written)

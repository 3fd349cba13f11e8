"""Replace what was found: masks, tags, pseudonyms or surrogates, one text after another."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from bacasable.privacy.messages import N_, Refused
from bacasable.privacy.redaction.replacement.redacted import KEY_BYTES, Redacted, Replacement
from bacasable.privacy.redaction.spans import Span

if TYPE_CHECKING:
    from bacasable.privacy.pseudonyms import Pseudonyms
    from bacasable.privacy.redaction.finding import Finder
    from bacasable.privacy.redaction.replacement.surrogates import Surrogates
    from bacasable.privacy.redaction.types import Registry

Mode = Literal["mask", "tag", "pseudonym", "surrogate"]

#: What a mask shows: its length says nothing about what it hides.
MASK = "█████"
#: Signs that carry Markdown's structure; a replacement puts back those that it would take out of balance.
_MARKS = re.compile(r"\*{1,3}|_{2,3}|~~|`+|\||\n[ \t]*(?:>[ \t]?)+")
_NO_KEYS = N_("mode 'pseudonym' needs keys: give pseudonyms=Pseudonyms(KeyStore.from_file(path), scope)")


class Redactor:
    """Replaces spans in texts that come one after another, with one meaning for all of them.

    Args:
        mode: ``mask`` (five blocks, whatever the length), ``tag`` ([PERSON]), ``pseudonym`` (from
            ``pseudonyms``: the same value the same pseudonym everywhere in the scope), ``surrogate``
            (fictional values of the same form; see
            :mod:`bacasable.privacy.redaction.replacement.surrogates`).
        pseudonyms: keys and scope of pseudonyms and surrogates. Without it surrogates have a key that dies
            with the redactor.
        tags: what to write for a type instead of its key: ``{"PERSON": "PERSONNE"}``.
        markdown: keep the marks of Markdown and its tables in balance.
        registry: types of an organisation, for their surrogates and hints.

    Raises:
        Refused: no such mode, or pseudonyms without keys.
    """

    def __init__(
        self,
        mode: Mode = "mask",
        *,
        pseudonyms: "Pseudonyms | None" = None,
        tags: Mapping[str, str] | None = None,
        markdown: bool = False,
        registry: "Registry | None" = None,
    ) -> None:
        if mode not in get_args(Mode):
            raise Refused(
                N_("there is no mode '{mode}': take one of {known}"),
                mode=mode,
                known=", ".join(get_args(Mode)),
            )
        if mode == "pseudonym" and pseudonyms is None:
            raise Refused(_NO_KEYS)
        self.mode = mode
        self._pseudonyms = pseudonyms
        self._tags = tags or {}
        self._markdown = markdown
        self._registry = registry
        self._surrogates = _surrogates(pseudonyms, registry) if mode == "surrogate" else None

    def leaves(self, kind: str) -> bool:
        """Whether values of this type are found and left as they are: hints have no surrogate."""
        return self._surrogates is not None and self._surrogates.leaves(kind)

    def document(self) -> None:
        """Begin another document (a row, a record, a file): people of the one before are not in it."""
        if self._surrogates is not None:
            self._surrogates.document()

    def redact(self, text: str, spans: Sequence[Span]) -> Redacted:
        """Return ``text`` with its ``spans`` replaced; chunks of one document may come successively.

        Spans that overlap are replaced as one, of the type of the longest. What is already a tag, a mask or a
        pseudonym stays as it is.

        Raises:
            Refused: a span reaches outside of the text.
        """
        kept = _joined(text, spans, self._written_before(text, spans))
        collides = self.mode != "mask" and self._collides(text, kept)
        if self._surrogates is not None:
            self._surrogates.meet(text, kept)
        parts: list[str] = []
        replacements: list[Replacement] = []
        end = at = 0
        for span in kept:
            written = self._write(text, span, collides)
            parts += (text[end : span.start], written)
            at += span.start - end
            original = text[span.start : span.end]
            if written != original:
                replacements.append(Replacement(span.start, original, span.type, at, written))
            at += len(written)
            end = span.end
        parts.append(text[end:])
        return Redacted("".join(parts), replacements)

    def _write(self, text: str, span: Span, collides: bool) -> str:
        original = text[span.start : span.end]
        if self.mode == "mask":
            written = MASK
        elif self.mode == "tag" or (self.mode == "pseudonym" and self._is_hint(span.type)):
            written = self._tag(span.type, collides or self._would_link(text, span))
        elif self._surrogates is not None:
            written = self._surrogates.of(text, span)
        else:
            written = self._pseudonym(original, span.type, collides)
        return written + self._marks(original, written) if self._markdown else written

    def _pseudonym(self, original: str, kind: str, collides: bool) -> str:
        assert self._pseudonyms is not None  # noqa: S101  # for the types: the constructor has refused
        if not any(map(str.isalnum, original)):  # nothing to make a pseudonym of
            return self._tag(kind, collides)
        return self._pseudonyms.of(original, kind)

    def _tag(self, kind: str, other_brackets: bool) -> str:
        name = self._tags.get(kind, kind)
        return f"⟦{name}⟧" if other_brackets else f"[{name}]"

    def _collides(self, text: str, spans: Sequence[Span]) -> bool:
        """Whether the text has, of its own, a tag that will be written: then ⟦PERSON⟧ tells ours."""
        return any(f"[{self._tags.get(kind, kind)}]" in text for kind in {span.type for span in spans})

    def _would_link(self, text: str, span: Span) -> bool:
        """Whether Markdown would read [PERSON] and what follows as a link, a footnote or a task."""
        return self._markdown and text[span.end : span.end + 1] in ("(", "[", ":")

    def _marks(self, original: str, written: str) -> str:
        """Return the marks of Markdown that ``original`` opened or closed without its pair, and cells and
        quotes.
        """
        found = _MARKS.findall(original)
        if self.mode == "surrogate" and _MARKS.findall(written) == found:
            return ""
        odd = [mark for mark in dict.fromkeys(found) if mark[0] in "*_~`" and found.count(mark) % 2]
        return "".join(odd) + "|" * found.count("|")

    def _is_hint(self, kind: str) -> bool:
        return kind in self._types and self._types[kind].family == "hint"

    def _written_before(self, text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
        """Return where the text already has tags of ours and pseudonyms, sorted."""
        if not spans or not ("[" in text or "⟦" in text or "-" in text):
            return []
        from bacasable.privacy.pseudonyms import PATTERN

        found = [match.span() for match in self._known_tags.finditer(text)]
        # Of a known type only: any word before "-1-" would otherwise hide the letters behind it.
        found += [match.span() for match in PATTERN.finditer(text) if match[1] in self._types]
        return sorted(found)

    @cached_property
    def _known_tags(self) -> re.Pattern[str]:
        names = "|".join(map(re.escape, {*self._types, *self._tags.values()}))
        return re.compile(rf"\[(?:{names})\]|⟦(?:{names})⟧")

    @cached_property
    def _types(self) -> "Registry":
        from bacasable.privacy.redaction.types import registry

        return self._registry or registry()


def _surrogates(pseudonyms: "Pseudonyms | None", registry: "Registry | None") -> "Surrogates":
    # its tables take time, and other modes need none
    from bacasable.privacy.redaction.replacement.surrogates import Surrogates

    return Surrogates.of_scope(pseudonyms, registry)


def _joined(text: str, spans: Sequence[Span], taken: Sequence[tuple[int, int]]) -> list[Span]:
    """Return the spans sorted, overlapping ones joined, without empty ones and those inside of ``taken``."""
    joined: list[Span] = []
    longest = 0
    for span in sorted(Span(*span) for span in spans):
        if not 0 <= span.start <= span.end <= len(text):
            raise Refused(
                N_(
                    "a span of type {type} ({start} to {end}) reaches outside of the text ({count} "
                    "characters): offsets are code points of this very text"
                ),
                type=span.type,
                start=span.start,
                end=span.end,
                count=len(text),
            )
        around = bisect_right(taken, (span.start, len(text))) - 1
        if span.start == span.end or (around >= 0 and span.end <= taken[around][1]):
            continue
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            kind, longest = (
                (span.type, span.end - span.start)
                if span.end - span.start > longest
                else (last.type, longest)
            )
            joined[-1] = Span(
                last.start, max(last.end, span.end), kind, max(last.confidence, span.confidence)
            )
        else:
            joined.append(span)
            longest = span.end - span.start
    return joined


def redact(
    text: str,
    mode: Mode = "mask",
    *,
    spans: Sequence[Span] | None = None,
    finder: "Finder | None" = None,
    pseudonyms: "Pseudonyms | None" = None,
    seal: bytes | None = None,
    markdown: bool = False,
) -> Redacted:
    """Find the personal data of ``text`` and replace it.

    Args:
        mode: ``mask``, ``tag``, ``pseudonym`` or ``surrogate``; see :class:`Redactor`.
        spans: what to replace, where it is already found (offsets in code points).
        finder: how to find, else with the default options.
        pseudonyms: keys and scope; needed for pseudonyms, and for surrogates that last longer than this call.
        seal: key (32 bytes or more) of :meth:`Redacted.sealed`.
        markdown: keep the marks of Markdown in balance.

    Raises:
        Refused: no such mode, a key or spans that do not fit.
    """
    if seal is not None and len(seal) < KEY_BYTES:
        raise Refused(
            N_("seal= is a key of at least {key_bytes} bytes: secrets.token_bytes({key_bytes})"),
            key_bytes=KEY_BYTES,
        )
    redactor = Redactor(mode, pseudonyms=pseudonyms, markdown=markdown)
    if spans is None:
        if finder is None:
            from bacasable.privacy.redaction.finding import Finder

            finder = Finder()
        spans = finder.find(text)
    made = redactor.redact(text, spans)
    return Redacted(made.text, made.replacements, seal)

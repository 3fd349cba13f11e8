"""The text of a tree of XML as people read it, tied to the places where its characters are.

A name may be split over many elements (*<w:t>Du</w:t><w:t>pont</w:t>*), an address over several paragraphs:
the text is joined, searched as one, and each edit is written back where its characters were. The replacement
goes where the value began; the rest of the value is taken out.
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from typing import NamedTuple

from lxml import etree

from bacasable.privacy.redaction.files.editing import Edit, Editor

#: Characters that XML 1.0 cannot hold.
_FORBIDDEN: dict[int, None] = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Slot(NamedTuple):
    """Where characters are: the ``text``, the ``tail`` or an attribute (its name) of an element."""

    element: "etree._Element"
    where: str

    def read(self) -> str:
        """Return the characters held."""
        if self.where == "text":
            return self.element.text or ""
        if self.where == "tail":
            return self.element.tail or ""
        return str(self.element.get(self.where, ""))

    def write(self, text: str) -> None:
        """Hold other characters; those that XML cannot hold are dropped."""
        text = text.translate(_FORBIDDEN)
        if self.where == "text":
            self.element.text = text
        elif self.where == "tail":
            self.element.tail = text
        else:
            self.element.set(self.where, text)


class Flow:
    """Slots and fixed signs in reading order; :meth:`rewrite` searches them as one text.

    ``first`` is the number of the first paragraph, ``keep_space`` are tags whose elements must
    say that their spaces count (Word).
    """

    def __init__(self, *, first: int = 1, keep_space: Collection[str] = ()) -> None:
        self._parts: list[str] = []
        self._slots: list[tuple[int, Slot]] = []
        self._ends: list[int] = []
        self._size = 0
        self._first = first
        self._keep_space = keep_space

    @property
    def paragraphs(self) -> int:
        """How many paragraphs there are."""
        return len(self._ends)

    @property
    def text(self) -> str:
        """The text as it is searched."""
        return "".join(self._parts)

    def slot(self, element: "etree._Element", where: str) -> None:
        """Add the characters of a place."""
        slot = Slot(element, where)
        if text := slot.read():
            self._slots.append((self._size, slot))
            self.sign(text)

    def sign(self, text: str) -> None:
        """Add what shows but is in no slot: a tab, a line break, spaces."""
        self._parts.append(text)
        self._size += len(text)

    def end_paragraph(self) -> None:
        """End a paragraph."""
        self.sign("\n")
        self._ends.append(self._size)

    def end_line(self) -> None:
        """End what stands by itself inside of a paragraph."""
        if self._parts and self._parts[-1] != "\n":
            self.sign("\n")

    def rewrite(self, editor: Editor) -> None:
        """Search the text and write the edits back."""
        text = self.text
        if not text.strip():
            return
        edits = editor.edits(text, lambda offset: self._first + bisect_right(self._ends, offset))
        if edits:
            self._write(text, edits)

    def _write(self, text: str, edits: Sequence[Edit]) -> None:
        written = [False] * len(edits)
        first = 0
        for start, slot in self._slots:
            end = start + len(slot.read())
            while first < len(edits) and edits[first].end <= start:
                first += 1
            new: list[str] = []
            at, index = start, first
            while index < len(edits) and edits[index].start < end:
                edit = edits[index]
                new.append(text[at : max(at, edit.start)])
                if not written[index]:
                    new.append(edit.text)
                    written[index] = True
                at = min(edit.end, end)
                index += 1
            if index > first:
                new.append(text[at:end])
                slot.write("".join(new))
                if slot.element.tag in self._keep_space and slot.where == "text":
                    slot.element.set(_SPACE, "preserve")

"""How generalised values are written, and read back exactly.

One value stands as it is, a null as null. A range of an ordered column is ``[17, 24]``, both ends included
and both present in the class; a set of categories ``{Black, White}``; a node of a hierarchy bears its
name; ``*`` is any value at all, null included. In a set, and where a single value could be taken for one
of these forms, the value is quoted as in JSON.
"""

import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity.columns import Column, written
from bacasable.privacy.disclosure.anonymity.hierarchies import ANY, Tree
from bacasable.privacy.disclosure.anonymity.partition import NODE, RANGE, SET
from bacasable.privacy.messages import Refused

_NULL = "null"


@dataclass
class Dimension:
    """A quasi-identifier as the kernels cut it: a column, and the tree laid on it if any.

    Codes of a dimension with a tree are places among its leaves; of the others, codes of the column.
    """

    column: Column
    tree: Tree | None = None

    @property
    def kind(self) -> int:
        """RANGE, SET or NODE."""
        return NODE if self.tree is not None else RANGE if self.column.ordered else SET

    @cached_property
    def codes(self) -> NDArray[np.int32]:
        """The code of each row."""
        return self.column.codes if self.tree is None else self.tree.leaf_of[self.column.codes]

    def text(self, code: int) -> str | None:
        """Return one value as published; null is None."""
        if self.tree is not None:
            code = int(self.tree.code_of[code])
        if code == self.column.null:
            return None
        return self.column.labels[code]

    def range_labels(self, lows: NDArray[np.int64], highs: NDArray[np.int64]) -> pl.Series:
        """Return the labels of ranges of an ordered column, from the codes of their ends."""
        column = self.column
        ends = pl.concat([column.domain, pl.Series([None], dtype=column.domain.dtype)])
        low, high = written(ends.gather(lows)), written(ends.gather(highs))
        alone, any_value = pl.Series(lows == highs), pl.Series(highs == column.null)
        label = pl.when(alone).then(low).when(any_value).then(pl.lit(ANY))
        return pl.select(label.otherwise(pl.format("[{}, {}]", low, high)).alias(column.name)).to_series()

    def node_text(self, low: int, high: int) -> tuple[str | None, float]:
        """Return the label and the penalty of the lowest node above two leaves."""
        if low == high:
            return self.text(low), 0.0
        if self.tree is None:
            return ANY, 1.0
        node = self.tree.above(low, high)
        return self.tree.names[node], float(self.tree.penalty[node])

    def set_text(self, codes: NDArray[np.int32]) -> str | None:
        """Return the label of a set of codes, given in order."""
        if len(codes) == 1:
            return self.text(int(codes[0]))
        if len(codes) == self.column.size:
            return ANY
        members = [
            _NULL if code == self.column.null else _quoted_inside(self.column.texts[code]) for code in codes
        ]
        return "{" + ", ".join(members) + "}"

    def read(self, label: str | None) -> tuple[NDArray[np.int32], float]:
        """Return the codes (of the column) that a published value stands for, in order, and its penalty.

        Raises:
            Refused: the text is none that this column publishes.
        """
        column = self.column
        if label is None:
            return np.array([column.null], np.int32), 0.0
        everything = np.arange(column.size, dtype=np.int32)
        if label == ANY:
            return everything, float(column.size > 1)
        if self.tree is not None and (node := self._nodes.get(label, -1)) >= 0:
            places = np.arange(self.tree.first[node], self.tree.last[node] + 1)
            return np.sort(self.tree.code_of[places]), float(self.tree.penalty[node])
        if label in self._singles:
            return np.array([self._singles[label]], np.int32), 0.0
        if column.ordered and label.startswith("[") and label.endswith("]"):
            low, _, high = label[1:-1].partition(", ")
            if low in self._singles and high in self._singles:
                a, b = self._singles[low], self._singles[high]
                return everything[a : b + 1], float(column.positions[b] - column.positions[a])
        elif not column.ordered and label.startswith("{") and label.endswith("}"):
            codes = [self._members.get(member) for member in _split(label[1:-1])]
            if all(code is not None for code in codes):
                return np.sort(np.array(codes, np.int32)), len(codes) / column.size
        raise Refused(f"A published value of {column.name!r} is none that this column gives.")

    @cached_property
    def _nodes(self) -> dict[str, int]:
        if self.tree is None:
            return {}
        leaves = len(self.tree.leaf_of)
        return {name: node for node, name in enumerate(self.tree.names) if node >= leaves}

    @cached_property
    def _singles(self) -> dict[str, int]:
        return {label: code for code, label in enumerate(self.column.labels)}

    @cached_property
    def _members(self) -> dict[str, int]:
        members = {_quoted_inside(text): code for code, text in enumerate(self.column.texts)}
        return members | ({_NULL: self.column.null} if self.column.has_null else {})


def _quoted_inside(text: str) -> str:
    plain = text and text != _NULL and text == text.strip() and not set(text) & set(',{}"\n')
    return text if plain else json.dumps(text, ensure_ascii=False)


def _split(inside: str) -> list[str]:
    """Cut the members of a set apart at commas that are not inside quotes."""
    members, start, quoted, i = [], 0, False, 0
    while i < len(inside):
        if inside[i] == "\\" and quoted:
            i += 1
        elif inside[i] == '"':
            quoted = not quoted
        elif inside[i] == "," and not quoted:
            members.append(inside[start:i].strip())
            start = i + 1
        i += 1
    return [*members, inside[start:].strip()]

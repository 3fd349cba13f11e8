"""What a coder learns from, besides the titles of the referential: other wordings that lead to its groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bacasable.services.job_advice.engine.referential import Referential

from .titles import Titled

#: What each source counts beside a title of the referential (1): a label of a group, a label of ESCO that
#: experts tied to titles of the group, a certification and a block of one that names the group, divided by
#: the number of groups named to this power: who names five groups says little of each.
LABEL, ESCO, CERTIFICATION, BLOCK, SHARED = 1.0, 0.5, 0.6, 0.1, 0.7
#: A block's title may be a paragraph: its first characters say what it is about.
_LONGEST = 120


@dataclass
class Wordings:
    """Texts by source: ``titles`` are (text, group, code); the others are (text, groups)."""

    titles: Sequence[tuple[str, str, str]]
    labels: Sequence[tuple[str, Sequence[str]]] = ()
    esco: Sequence[tuple[str, Sequence[str]]] = ()
    certifications: Sequence[tuple[str, Sequence[str]]] = ()
    blocks: Sequence[tuple[str, Sequence[str]]] = field(default_factory=list)

    def titled(self) -> list[Titled]:
        """Return everything as a coder takes it: each wording once, groups that no title has left out."""
        made = [Titled(text, (group,), code) for text, group, code in self.titles]
        known = {title.groups[0] for title in made}
        for texts, weight, shared in (
            (self.labels, LABEL, 0.0),
            (self.esco, ESCO, 0.0),
            (self.certifications, CERTIFICATION, SHARED),
            (self.blocks, BLOCK, SHARED),
        ):
            made.extend(_once(texts, known, weight, shared))
        return made


def _once(
    texts: Iterable[tuple[str, Sequence[str]]], known: set[str], weight: float, shared: float
) -> Iterable[Titled]:
    seen = set()
    for text, named in texts:
        groups = tuple(sorted({group for group in named if group in known}))
        text = text[:_LONGEST]
        if text and groups and (text.lower(), groups) not in seen:
            seen.add((text.lower(), groups))
            yield Titled(text, groups, None, weight / len(groups) ** shared)


def of_referential(referential: Referential) -> Wordings:
    """Return the wordings of a base of trades; tables that it does not have are empty and add nothing."""
    titles = [
        (long, parent, code)
        for long, parent, code in referential.titles.select("long", "parent", "code").iter_rows()
        if parent is not None
    ]
    group_of = {code: parent for _, parent, code in titles}
    number = dict(referential.titles.select("ogr", "parent").drop_nulls().iter_rows())
    named = grouped(referential.certification_occupations.select("rncp", "parent").iter_rows())
    tied = grouped(
        (label, number[ogr])
        for ogr, label in referential.esco.select("ogr", "label").iter_rows()
        if ogr in number
    )
    return Wordings(
        titles,
        labels=[
            (label, [group_of.get(code, "")])
            for code, label in referential.occupations.select("code", "label").iter_rows()
        ],
        esco=list(tied.items()),
        certifications=[
            (title, named.get(rncp, ()))
            for rncp, title in referential.certifications.select("rncp", "title").iter_rows()
        ],
        blocks=[
            (title, named.get(rncp, ()))
            for rncp, title in referential.blocks.select("rncp", "title").iter_rows()
        ],
    )


def grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Return what stands beside each first of ``pairs``; a first without a second is left out."""
    made: dict[str, list[str]] = {}
    for one, other in pairs:
        if one and other:
            made.setdefault(one, []).append(other)
    return made

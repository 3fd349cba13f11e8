"""The archives that the evaluations read, from a folder shaped like the official ones."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.coding.wordings import Wordings, grouped
from bacasable.services.job_advice.engine.referential.reading import Entry, Reader, entries_in

#: Files of the benchmark MELO: what a name ends with, and the columns (there is no header line).
MELO = {
    "queries": ("query", "text"),
    "corpus_elements": ("element", "text"),
    "annotations": ("query", "zero", "element", "relevance"),
    "concept_mapping": ("element", "concept"),
}


@dataclass
class Archives:
    """Files of a folder by key and version, read when asked for. ``notes`` tell what is not there."""

    folder: Path
    entries: Mapping[str, Sequence[Entry]]
    notes: list[str]

    @classmethod
    def of(cls, folder: Path) -> "Archives":
        """Look into ``folder``.

        Raises:
            Refused: there is no such folder.
        """
        found: dict[str, list[Entry]] = {}
        for entry in entries_in(folder)[0]:
            found.setdefault(entry.archive.key, []).append(entry)
        for versions in found.values():
            versions.sort(key=lambda entry: (len(entry.version), entry.version))
        return cls(folder, found, [])

    def frame(self, key: str, *, oldest: bool = False) -> pl.DataFrame:
        """Return the newest (or oldest) version of a table, all columns text.

        Raises:
            Refused: the folder has none, naming the table.
        """
        if key not in self.entries:
            raise Refused(
                N_("{folder}: no table of {key}, which this evaluation needs"), folder=self.folder, key=key
            )
        return Reader().frame(self.entries[key][0 if oldest else -1])

    def pairs(self, key: str, *columns: str, oldest: bool = False) -> list[tuple[str, ...]]:
        """Return columns of a table as rows; none, and a note, where the folder does not have it."""
        if key not in self.entries:
            self.notes.append(f"no table of {key}: what it adds is left out")
            return []
        return [tuple(row) for row in self.frame(key, oldest=oldest).select(columns).drop_nulls().iter_rows()]

    def titles_before(self) -> pl.DataFrame:
        """Return the titles of the older version of ROME: ogr, text, code."""
        if len(self.entries.get("titles", ())) < 2:
            raise Refused(
                N_("{folder}: two versions of the titles of ROME are needed (unix_referentiel_appellation): "
                   "an older one to learn from, a newer one to be tested on"),
                folder=self.folder,
            )  # fmt: skip
        return (
            self.frame("titles", oldest=True)
            .select(ogr="code_ogr", text="libelle_appellation_long", code="code_rome")
            .drop_nulls()
        )

    def titles_added(self) -> pl.DataFrame:
        """Return the titles that the newer version adds: ogr, text, code (of its group, as before)."""
        newer = (
            self.frame("titles")
            .select(
                ogr="code_ogr",
                text="libelle_appellation_long",
                code=pl.coalesce("code_rome_parent", "code_rome"),
            )
            .drop_nulls()
        )
        before = self.titles_before()
        return newer.filter(~pl.col("ogr").is_in(before["ogr"].implode()))

    def certified(self) -> tuple[list[tuple[str, str, bool]], Mapping[str, Sequence[str]]]:
        """Return certifications (number, title, whether active) and the codes that each names."""
        rows = [
            (rncp, title, state.upper() == "ACTIVE")
            for rncp, title, state in self.pairs(
                "certifications", "CodeRNCP", "intituleDiplome", "ActiveInactive"
            )
        ]
        return rows, grouped(self.pairs("certification_occupations", "CodeRNCP", "Rome"))  # type: ignore[arg-type]

    def esco_labels(self, codes: Mapping[str, str]) -> list[tuple[str, list[str]]]:
        """Return the labels of ESCO tied to titles (``codes`` by ogr): preferred and other ones.

        The groups of a label are at most three, those that most ties lead to (an exact one counts four, a
        close one two, a narrower or broader one one).
        """
        ties: dict[str, dict[str, int]] = {}
        labels: dict[str, list[str]] = {}
        for concept, label, ogr, relation in self.pairs(
            "esco",
            "classification 1 ID",
            "classification 1 prefered label",
            "classification 2 ID",
            "mapping relation",
        ):
            if ogr in codes:
                count = ties.setdefault(concept, {})
                count[codes[ogr]] = count.get(codes[ogr], 0) + _STRENGTH.get(
                    relation.strip().split(":")[-1], 1
                )
                labels.setdefault(concept, [label])
        try:
            texts = dict(self.melo("corpus_elements").iter_rows())
            for element, concept in self.melo("concept_mapping").iter_rows():
                if concept in labels and element in texts:
                    labels[concept].append(texts[element])
        except Refused:
            self.notes.append(
                "no other labels of ESCO (they come with the files of MELO): preferred ones only"
            )
        return [
            (label.split("/")[0], sorted(count, key=lambda code: (-count[code], code))[:3])
            for concept, count in ties.items()
            for label in dict.fromkeys(labels[concept])
        ]

    def wordings(
        self, titles: pl.DataFrame, *, with_esco: bool = True, certifications: bool = True
    ) -> Wordings:
        """Return what a coder learns from the older version of ROME and what is dated no later than 2023."""
        rows, named = self.certified() if certifications else ([], {})
        codes = dict(titles.select("ogr", "code").iter_rows())
        return Wordings(
            [(text, code, code) for text, code in titles.select("text", "code").iter_rows()],
            labels=[
                (label.replace("''", "'"), [code])
                for code, label in (
                    self.pairs("occupations", "code_rome", "libelle_rome", oldest=True)
                    if self._labels_are_old()
                    else []
                )
            ],
            esco=self.esco_labels(codes) if with_esco else [],
            certifications=[(title, named.get(rncp, ())) for rncp, title, _ in rows],
            blocks=[
                (title, named.get(rncp, ()))
                for rncp, title in (self.pairs("blocks", "CodeRNCP", "intitule") if certifications else [])
            ],
        )

    def _labels_are_old(self) -> bool:
        """Return whether the oldest labels are as old as the oldest titles: newer ones tell the test."""
        titles, labels = self.entries.get("titles", ()), self.entries.get("occupations", ())
        return bool(titles and labels) and titles[0].version == labels[0].version

    def melo(self, name: str) -> pl.DataFrame:
        """Return a file of MELO.

        Raises:
            Refused: the folder does not have it, or its lines are of another shape.
        """
        columns = MELO[name]
        paths = sorted(one for one in self.folder.rglob(f"*{name}.tsv*") if one.suffix in (".gz", ".tsv"))
        if not paths:
            raise Refused(N_("{folder}: no {name}.tsv of the benchmark MELO"), folder=self.folder, name=name)
        try:
            data = paths[0].read_bytes()
            text = (gzip.decompress(data) if paths[0].suffix == ".gz" else data).decode("utf-8")
        except (OSError, EOFError, UnicodeDecodeError):
            raise Refused(N_("{file}: it cannot be read: download it again"), file=paths[0].name) from None
        rows = [line.split("\t") for line in text.splitlines() if line.strip()]
        if any(len(row) != len(columns) for row in rows):
            raise Refused(
                N_("{file}: {count} values a line are needed, with tabs between"),
                file=paths[0].name,
                count=len(columns),
            )
        return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


_STRENGTH = {"exactMatch": 4, "closeMatch": 2}

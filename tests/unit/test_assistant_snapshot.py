"""The corpus that is shipped: it comes back exactly, its vectors nearly, and damage is told."""

import io
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.corpus.quantised import quantise, restored
from bacasable.services.assistant.engine.corpus.snapshot import About, Snapshot, write
from tests.unit.test_assistant_passages import composed

ABOUT = About(2, "package 1", "DILA", "Licence Ouverte 2.0", date(2020, 11, 4), "model", 900)


def some(count: int, dimensions: int = 48) -> np.ndarray:
    """Unit vectors that share a direction and spread on some axes more than on others, as embeddings do."""
    spread = np.exp(-np.arange(dimensions) / 12)
    rows = np.random.default_rng(5).normal(size=(count, dimensions)) * spread + 2.0
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_vectors_come_back_nearly_in_three_bits_and_nearer_in_four() -> None:
    vectors = some(3000)
    centred = vectors - vectors.mean(axis=0)

    def error(bits: float) -> float:
        parts = quantise(vectors, bits)
        assert parts["codes"].nbytes <= len(vectors) * vectors.shape[1] * bits / 8 + 1
        near = restored(parts, len(vectors))
        assert np.allclose(np.linalg.norm(near, axis=1), 1, atol=1e-5)
        return float(((near - vectors) ** 2).sum() / (centred**2).sum())

    assert error(3) < 0.02  # equal bits on each axis lose 0.035 (Max 1960)
    assert error(4) < error(3) / 2


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    sheets = [
        composed([("A", "Un texte."), ("", "Un autre."), ("B", "Un cas.")]),
        composed([("", "Un texte.")]),
    ]
    sheets[1] = type(sheets[1])(**{**vars(sheets[1]), "id": "b"})
    rows = [some(1 + len(list(sheet.passages()))) for sheet in sheets]
    write(tmp_path / "a.pack", sheets, ABOUT, rows, bits=6)
    write(tmp_path / "b.pack", sheets, ABOUT, rows, bits=6)
    assert (tmp_path / "a.pack").read_bytes() == (tmp_path / "b.pack").read_bytes()
    with (tmp_path / "a.pack").open("rb") as file, Snapshot(file) as snapshot:
        assert snapshot.about == ABOUT
        found = list(snapshot.sheets("mine"))
        assert [one.collection for one in found] == ["mine", "mine"]
        assert [(one.id, one.text, one.blocks) for one in found] == [(s.id, s.text, s.blocks) for s in sheets]
        for sheet, exact in zip(found, rows, strict=True):
            got = snapshot.vectors(sheet)
            assert got is not None
            assert got.shape == exact.shape
            assert np.einsum("ij,ij->i", got, exact).min() > 0.99
        newer = type(found[0])(**{**vars(found[0]), "text": found[0].text.replace("Un", "Le")})
        assert snapshot.vectors(newer) is None  # a vector says what a text said, not what it says now


def test_damage_is_told() -> None:
    with pytest.raises(Refused, match="damaged"):
        Snapshot(io.BytesIO(b"PK\x03\x04 no archive"))


def test_the_shipped_corpus_is_whole_dated_and_attributed() -> None:
    with Snapshot.shipped() as snapshot:
        about = snapshot.about
        assert about.licence == "Licence Ouverte 2.0"
        assert "DILA" in about.attribution
        sheets = list(snapshot.sheets("service-public"))
        assert len({sheet.id for sheet in sheets}) == len(sheets) == about.sheets > 3_500
        assert max(sheet.dated for sheet in sheets if sheet.dated) == about.latest
        for sheet in sheets[::40]:
            assert sheet.text.split("\n") == [sheet.text[one.start : one.end] for one in sheet.blocks]
            rows = snapshot.vectors(sheet)
            assert rows is not None
            assert len(rows) == 1 + len(list(sheet.passages(about.longest)))

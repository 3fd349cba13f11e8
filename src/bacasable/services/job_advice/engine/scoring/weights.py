"""The weights of the factors, read from one file whose digest every opinion cites."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

from bacasable.privacy.messages import N_, Refused

SECTIONS = ("mobility", "occupation", "skill", "soft_skill", "training", "event")


@dataclass(frozen=True)
class Weights:
    """What a unit of each factor counts, by kind of suggestion; ``digest`` (16 digits) names them.

    ``settings`` are the numbers that are no weights: how fast a job held fades, how many neighbours are
    asked.
    """

    mobility: Mapping[str, float]
    occupation: Mapping[str, float]
    skill: Mapping[str, float]
    soft_skill: Mapping[str, float]
    training: Mapping[str, float]
    event: Mapping[str, float]
    settings: Mapping[str, float]
    digest: str

    @classmethod
    @cache
    def standard(cls) -> "Weights":
        """Return the weights that come with the product."""
        return cls.read(files(__package__).joinpath("weights.toml").read_bytes(), "weights.toml")

    @classmethod
    def load(cls, path: Path) -> "Weights":
        """Return the weights of a file: those that it does not name keep their standard value.

        Raises:
            Refused: it cannot be read, names a factor that there is not, or gives what is no number.
        """
        try:
            return cls.read(path.read_bytes(), str(path))
        except OSError as error:
            raise Refused(N_("{file}: it cannot be read: {why}"), file=path, why=error.strerror) from None

    @classmethod
    def read(cls, content: bytes, name: str) -> "Weights":
        """Return the weights in ``content``; see :meth:`load`."""
        standard = tomllib.loads(files(__package__).joinpath("weights.toml").read_text("utf-8"))
        try:
            told = tomllib.loads(content.decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise Refused(N_("{file}: it is no TOML: {why}"), file=name, why=error) from None
        made: dict[str, dict[str, float]] = {section: dict(values) for section, values in standard.items()}
        for section, values in told.items():
            if section not in made or not isinstance(values, dict):
                raise Refused(
                    N_("{file}: {section!r} is no part of the weights: one of {parts}"),
                    file=name,
                    section=section,
                    parts=", ".join(made),
                )
            for factor, value in values.items():
                made[section][factor] = _checked(name, section, factor, value, made[section])
        told_again = sorted((part, sorted(values.items())) for part, values in made.items())
        return cls(**made, digest=sha256(repr(told_again).encode()).hexdigest()[:16])


def _checked(file: str, section: str, factor: str, value: Any, known: Mapping[str, float]) -> float:
    if factor not in known:
        raise Refused(
            N_("{file}: [{section}] has no factor {factor!r}: one of {factors}"),
            file=file,
            section=section,
            factor=factor,
            factors=", ".join(known),
        )
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Refused(
            N_("{file}: [{section}] {factor}: give a number"), file=file, section=section, factor=factor
        )
    if value * known[factor] < 0:
        raise Refused(
            N_("{file}: [{section}] {factor}: its sign says whether it counts for or against: keep it"),
            file=file,
            section=section,
            factor=factor,
        )
    return float(value)

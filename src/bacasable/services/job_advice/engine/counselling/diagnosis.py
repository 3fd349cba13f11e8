"""The main obstacle: rules read signs, their strengths add up, and what is not known is asked for."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import get_args

from bacasable.services.job_advice.engine.counselling.signs import Sign
from bacasable.services.job_advice.engine.trace import Diagnosis, Evidence, Obstacle

OBSTACLES: tuple[Obstacle, ...] = get_args(Obstacle)


@dataclass(frozen=True)
class Rule:
    """A sign between two bounds that points to an obstacle; see ``diagnosis.toml``."""

    name: str
    obstacle: Obstacle
    sign: str
    strength: float
    fields: tuple[str, ...]
    least: float = float("-inf")
    most: float = float("inf")
    only: str = ""
    only_least: float = 0.0

    def holds(self, signs: Mapping[str, Sign]) -> bool | None:
        """Return whether the rule holds, None where a sign that it reads is not known."""
        if self.sign not in signs or (self.only and self.only not in signs):
            return None
        if self.only and signs[self.only].value < self.only_least:
            return False
        return self.least <= signs[self.sign].value <= self.most


@dataclass(frozen=True)
class Rules:
    """All rules, and how strong the evidence must be for an obstacle to be told."""

    rules: tuple[Rule, ...]
    least_told: float

    @classmethod
    @cache
    def standard(cls) -> "Rules":
        """Return the rules that come with the product."""
        read = tomllib.loads(files(__package__).joinpath("diagnosis.toml").read_text("utf-8"))
        rules = tuple(Rule(**{**one, "fields": tuple(one["fields"])}) for one in read["rules"])
        return cls(rules, read["settings"]["least_told"])


def diagnose(
    signs: Mapping[str, Sign], rules: Rules | None = None, told: frozenset[str] = frozenset()
) -> Diagnosis:
    """Return the obstacle that most evidence points to, all evidence, and what is missing to be sure.

    ``sure`` is the share of all evidence found that points to it. Between equals, the order is that of
    ``trace.Obstacle``. ``missing`` are the fields that rules could not read and that are not ``told``, those
    that could count most first: what was said and the tables do not know is not asked for again.
    """
    rules = rules or Rules.standard()
    evidence: dict[Obstacle, list[Evidence]] = {one: [] for one in OBSTACLES}
    unread: dict[str, float] = {}
    for rule in rules.rules:
        holds = rule.holds(signs)
        if holds is None:
            for name in set(rule.fields) - told:
                unread[name] = unread.get(name, 0.0) + rule.strength
        elif holds:
            sign = signs[rule.sign]
            evidence[rule.obstacle].append(
                Evidence(rule.name, rule.strength, rule.fields, sign.rows, sign.facts)
            )
    found = {one: sum(sign.strength for sign in told) for one, told in evidence.items() if told}
    total = sum(found.values())
    best = max(found, key=lambda one: (round(found[one], 9), -OBSTACLES.index(one)), default=None)
    if best is None or found[best] < rules.least_told:
        obstacle, sure = None, 0.0
    else:
        obstacle, sure = best, found[best] / total
    missing = tuple(sorted(unread, key=lambda name: (-round(unread[name], 9), name)))
    return Diagnosis(obstacle, sure, {one: tuple(told) for one, told in evidence.items() if told}, missing)

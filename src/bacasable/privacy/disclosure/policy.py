"""What may be released of one source, in one TOML file: columns, rules with their sources, budget.

A file is one of three kinds. ``table``: cross tables, small and dominated cells hidden. ``microdata``: rows
made k-anonymous. ``noise``: totals with random noise, on a budget. Every column is declared; a key that
nobody reads is refused. A file may extend one shipped beside this module, and then only be stricter.
"""

import math
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from bacasable.privacy.disclosure.ledger import MEASURES, Budget, amount
from bacasable.privacy.messages import N_, Refused

KINDS = ("table", "microdata", "noise")
STATUSES = ("read", "secondary", "to_check")

#: For each kind, the rules that its section [rules] may hold.
RULES = {
    "table": ("min_units", "dominance", "p_percent", "protection"),
    "microdata": ("k", "l", "t"),
    "noise": (),
}
_TOP = {
    "table": ("unit", "value", "dimensions"),
    "microdata": ("quasi_identifiers", "sensitive", "kept", "method", "suppression_limit"),
    "noise": ("unit", "value", "dimensions", "noise"),
}
_EVERY = ("extends", "source", "kind", "period", "title", "dropped", "rules", "hierarchies")
_SIZE_LIMIT = 16 * 1024 * 1024

_UNKNOWN = N_("{where}: unknown key {key}{near}; the keys there: {known}")
_WRONG = N_("{where}: {key} is not {wanted}")
_MISSING = N_("{where}: {key} is missing; {remedy}")
_WEAKER = N_("{where}: {key} is less strict than in {base}, which the policy extends; make it as strict")


@dataclass(frozen=True)
class Rule:
    """One threshold, the text that it comes from, and how sure that is (one of ``STATUSES``, or ``""``)."""

    value: Any
    source: str = ""
    status: str = ""

    def told(self) -> str:
        """Return where the rule comes from, for readers; a fact of a secondary source says so."""
        if not self.source:
            return N_("no source given")
        marks = {"secondary": N_(" [secondary source]"), "to_check": N_(" [to check against the text]")}
        return self.source + marks.get(self.status, "")


@dataclass(frozen=True)
class Noise:
    """What a release with noise spends of which budget, and what one unit may contribute."""

    budget: Budget
    spent: Fraction
    cells: int = 1
    lower: int = 0
    upper: int = 1


@dataclass(frozen=True)
class Policy:
    """One source and what may be released of it.

    Attributes:
        source: names the data set in registries and ledgers.
        kind: one of ``KINDS``.
        period: releases of one source are compared within a period; ``""`` is one period for all time.
        unit: the column that says whose row it is; ``""``: every row is another unit.
        value: the column added up, whole numbers; ``""``: units are counted.
        dimensions: the columns that a table crosses; the categories to show where they are declared.
        hierarchies: for a column, each value's groups from the nearest to the widest, or the file of them.
        quasi_identifiers, sensitive, kept: columns of microdata: generalised, watched, published as they are.
        dropped: columns that are never published.
        rules: by name (``RULES``).
        noise: for the kind ``noise``.
    """

    source: str
    kind: str
    period: str = ""
    title: str = ""
    unit: str = ""
    value: str = ""
    dimensions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hierarchies: Mapping[str, Path | Mapping[str, Sequence[str]]] = field(default_factory=dict)
    quasi_identifiers: Sequence[str] = ()
    sensitive: Sequence[str] = ()
    kept: Sequence[str] = ()
    dropped: Sequence[str] = ()
    method: str = "mondrian"
    suppression_limit: float = 0.0
    rules: Mapping[str, Rule] = field(default_factory=dict)
    noise: Noise | None = None

    def rule(self, name: str) -> Any:
        """Return the value of a rule, or None where the policy does not have it."""
        return self.rules[name].value if name in self.rules else None

    def columns(self) -> dict[str, str]:
        """Return what each declared column is for.

        Raises:
            Refused: a column is declared for two things.
        """
        roles: dict[str, str] = {}
        parts = {
            "unit": [self.unit] if self.unit else [],
            "value": [self.value] if self.value else [],
            "dimensions": self.dimensions,
            "quasi_identifiers": self.quasi_identifiers,
            "sensitive": self.sensitive,
            "kept": self.kept,
            "dropped": self.dropped,
        }
        for role, names in parts.items():
            for name in names:
                if name in roles:
                    raise Refused(
                        N_("the column {name} is declared twice, as {one} and as {other}; keep one"),
                        name=name,
                        one=roles[name],
                        other=role,
                    )
                roles[name] = role
        return roles


def shipped() -> list[str]:
    """Return the names of the rule sets that a policy may extend."""
    folder = files("bacasable.privacy.disclosure") / "policies"
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


def load(path: Path | str) -> Policy:
    """Read the policy of a file.

    Raises:
        Refused: the file cannot be read, holds an unknown key (named with the nearest known one), lacks what
            its kind needs, or has a value out of its range.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            raise Refused(N_("{path}: larger than a policy may be"), path=path)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else N_("it is not UTF-8")
        raise Refused(N_("{path}: the policy cannot be read ({why})"), path=path, why=why) from error
    return parse(text, str(path), path.parent)


def parse(text: str, name: str = "policy", folder: Path = Path()) -> Policy:
    """Read a policy from TOML text; files of hierarchies are looked for in ``folder``. Raises as ``load``."""
    content = _toml(text, name)
    kind = content.get("kind", "table")
    if kind not in KINDS:
        raise Refused(_WRONG, where=name, key="kind", wanted=N_("one of {}").format(", ".join(KINDS)))
    _known(content, (*_EVERY, *_TOP[kind]), name)
    rules = _rules(content.get("rules", {}), RULES[kind], f"{name}, [rules]")
    if "extends" in content:
        rules = _extended(content["extends"], rules, RULES[kind], name)
    source = _text(content, "source", name)
    if not source:
        raise Refused(_MISSING, where=name, key="source", remedy=N_('add: source = "name of the data"'))
    policy = Policy(
        source=source,
        kind=kind,
        **{key: _text(content, key, name) for key in ("period", "title", "unit", "value")},
        dimensions=_dimensions(content.get("dimensions", {}), name),
        hierarchies=_hierarchies(content.get("hierarchies", {}), name, folder),
        **{key: _names(content, key, name) for key in ("quasi_identifiers", "sensitive", "kept", "dropped")},  # type: ignore[arg-type]
        method=_text(content, "method", name) or "mondrian",
        suppression_limit=_share(content, "suppression_limit", name),
        rules=rules,
        noise=_noise(content.get("noise"), name) if kind == "noise" else None,
    )
    _check(policy, name)
    return policy


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused(N_("{name}: not a TOML file: {error}"), name=name, error=error) from error


def _known(content: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in content:
        if key not in known:
            close = get_close_matches(key, known, 1, 0.5)
            near = N_("; did you mean {}?").format(close[0]) if close else ""
            listed = ", ".join(known) or N_("none")
            raise Refused(_UNKNOWN, where=where, key=key[:60], near=near, known=listed)


def _text(content: Mapping[str, Any], key: str, where: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise Refused(_WRONG, where=where, key=key, wanted=N_("a text in quotes"))
    return value


def _share(content: Mapping[str, Any], key: str, where: str) -> float:
    value = content.get(key, 0.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise Refused(_WRONG, where=where, key=key, wanted=N_("a share from 0 to below 1"))
    return float(value)


def _names(content: Mapping[str, Any], key: str, where: str) -> list[str]:
    value = content.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise Refused(_WRONG, where=where, key=key, wanted=N_('a list of columns, such as ["age"]'))
    return value


def _dimensions(content: Any, where: str) -> dict[str, list[str]]:
    """Return the categories to show of each dimension; none declared: those of the table."""
    if isinstance(content, list):
        return {name: [] for name in _names({"dimensions": content}, "dimensions", where)}
    if not isinstance(content, dict):
        wanted = N_("a list of columns, or a section with [dimensions.NAME]")
        raise Refused(_WRONG, where=where, key="dimensions", wanted=wanted)
    found = {}
    for name, part in content.items():
        here = f"{where}, [dimensions.{name}]"
        categories = part.get("categories", []) if isinstance(part, dict) else part
        if isinstance(part, dict):
            _known(part, ("categories",), here)
        if not isinstance(categories, list) or any(
            isinstance(one, dict | list | float) for one in categories
        ):
            raise Refused(_WRONG, where=here, key="categories", wanted=N_("a list of texts"))
        found[name] = [str(one).lower() if isinstance(one, bool) else str(one) for one in categories]
    return found


def _hierarchies(content: Any, where: str, folder: Path) -> dict[str, Path | Mapping[str, Sequence[str]]]:
    if not isinstance(content, dict):
        raise Refused(_WRONG, where=where, key="hierarchies", wanted=N_("a section"))
    found: dict[str, Path | Mapping[str, Sequence[str]]] = {}
    for name, given in content.items():
        if isinstance(given, str) and given:
            found[name] = folder / given
            continue
        lists = given.values() if isinstance(given, dict) else ()
        if not lists or not all(
            isinstance(above, list) and above and all(isinstance(one, str) and one for one in above)
            for above in lists
        ):
            wanted = N_('the name of a CSV file, or a section of value = ["nearest group", "wider group"]')
            raise Refused(_WRONG, where=f"{where}, [hierarchies]", key=name, wanted=wanted)
        found[name] = given
    return found


def _rules(content: Any, known: Sequence[str], where: str) -> dict[str, Rule]:
    if not isinstance(content, dict):
        raise Refused(_WRONG, where=where, key="rules", wanted=N_("a section"))
    _known(content, known, where)
    return {name: _rule(name, given, f"{where[:-1]}.{name}]") for name, given in content.items()}


def _rule(name: str, given: Any, where: str) -> Rule:
    parts = dict(given) if isinstance(given, dict) else {"value": given}
    keys = ("units", "share") if name == "dominance" else ("value",)
    if name == "dominance" and not isinstance(given, dict):
        wanted = N_("a section such as {units = 1, share = 0.85}")
        raise Refused(_WRONG, where=where, key=name, wanted=wanted)
    _known(parts, (*keys, "source", "status"), where)
    for key in keys:
        if key not in parts:
            raise Refused(_MISSING, where=where, key=key, remedy=N_("give the threshold"))
        _number(name if key == "value" else key, parts[key], where)
    status = _text(parts, "status", where)
    if status and status not in STATUSES:
        wanted = N_("one of {}").format(", ".join(STATUSES))
        raise Refused(_WRONG, where=where, key="status", wanted=wanted)
    value = (parts["units"], float(parts["share"])) if name == "dominance" else parts["value"]
    return Rule(value, _text(parts, "source", where), status)


#: For each number: whole or not, its range, whether the lower end belongs to it.
_RANGES: dict[str, tuple[bool, float, float]] = {
    "min_units": (True, 1, 1_000_000),
    "units": (True, 1, 3),
    "share": (False, 0, 1),
    "p_percent": (False, 0, 1),
    "protection": (False, 0, 1),
    "k": (True, 2, 1_000_000),
    "l": (False, 1, 1_000_000),
    "t": (False, 0, 1),
}


def _number(name: str, value: Any, where: str) -> None:
    whole, low, high = _RANGES[name]
    kinds = int if whole else int | float
    right = isinstance(value, kinds) and not isinstance(value, bool) and math.isfinite(value)
    if not right or not low <= value <= high or (not whole and name not in ("l", "t") and value == 0):
        kind = N_("a whole number") if whole else N_("a number")
        wanted = N_("{kind} from {low} to {high}").format(kind=kind, low=low, high=high)
        raise Refused(_WRONG, where=where, key=name, wanted=wanted)


def _extended(base: Any, own: dict[str, Rule], known: Sequence[str], where: str) -> dict[str, Rule]:
    """Return the rules of a shipped file with those of the policy in their place where they are stricter."""
    if not isinstance(base, str) or base not in shipped():
        raise Refused(_WRONG, where=where, key="extends", wanted=N_("one of {}").format(", ".join(shipped())))
    text = (files("bacasable.privacy.disclosure") / "policies" / f"{base}.toml").read_text("utf-8")
    rules = _rules(_toml(text, base)["rules"], known, f"{base}, [rules]")
    for name, rule in own.items():
        if name in rules and not _as_strict(name, rule.value, rules[name].value):
            raise Refused(_WEAKER, where=f"{where}, [rules]", key=name, base=base)
    return rules | own


def _as_strict(name: str, value: Any, base: Any) -> bool:
    if name == "dominance":
        return bool(value[0] >= base[0] and value[1] <= base[1])
    return bool(value <= base if name == "t" else value >= base)


def _noise(content: Any, where: str) -> Noise:
    here = f"{where}, [noise]"
    if not isinstance(content, dict):
        remedy = N_("add a section [noise] with epsilon = {budget = 1.0, spent = 0.1}, cells, lower, upper")
        raise Refused(_MISSING, where=where, key="noise", remedy=remedy)
    _known(content, (*MEASURES, "cells", "lower", "upper"), here)
    given = [measure for measure in MEASURES if measure in content]
    if len(given) != 1:
        remedy = N_("give one of epsilon, rho, as {budget = 1.0, spent = 0.1}")
        raise Refused(_MISSING, where=here, key="epsilon", remedy=remedy)
    measure = given[0]
    parts = content[measure]
    if not isinstance(parts, dict):
        wanted = N_("a section such as {budget = 1.0, spent = 0.1}")
        raise Refused(_WRONG, where=here, key=measure, wanted=wanted)
    _known(parts, ("budget", "spent"), f"{here}, {measure}")
    for key in ("budget", "spent"):
        if key not in parts:
            remedy = N_("give an amount above zero")
            raise Refused(_MISSING, where=f"{here}, {measure}", key=key, remedy=remedy)
    budget, spent = (amount(parts[key], f"{here}, {measure}.{key}") for key in ("budget", "spent"))
    bounds = {key: content[key] for key in ("cells", "lower", "upper") if key in content}
    for key, value in bounds.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(_WRONG, where=here, key=key, wanted=N_("a whole number"))
    return Noise(Budget(measure, budget), spent, **bounds)


def _check(policy: Policy, where: str) -> None:
    """Refuse a policy that lacks what its kind needs."""
    roles = policy.columns()
    for column in policy.hierarchies:
        if roles.get(column) not in ("dimensions", "quasi_identifiers", "sensitive"):
            wanted = N_("a dimension, a quasi-identifier or a sensitive column of the policy")
            raise Refused(_WRONG, where=f"{where}, [hierarchies]", key=column, wanted=wanted)
    remedies = []
    if policy.kind != "microdata" and not policy.dimensions:
        remedies.append(("dimensions", N_('add: dimensions = ["column", "column"]')))
    if policy.kind == "table" and "min_units" not in policy.rules:
        remedies.append(
            ("rules.min_units", N_("add a section [rules] with min_units = 3, or the number wanted"))
        )
    if policy.kind == "microdata":
        if not policy.quasi_identifiers:
            remedies.append(("quasi_identifiers", N_('add: quasi_identifiers = ["column", "column"]')))
        if "k" not in policy.rules:
            remedies.append(("rules.k", N_("add a section [rules] with k = 10, or the number wanted")))
        if ("l" in policy.rules or "t" in policy.rules) and not policy.sensitive:
            remedies.append(("sensitive", N_('l and t are about it; add: sensitive = ["column"]')))
    if policy.kind == "noise":
        remedies += [
            (
                f"dimensions.{name}.categories",
                N_("noise must not say who is there: list the categories to show"),
            )
            for name, categories in policy.dimensions.items()
            if not categories
        ]
    for key, remedy in remedies:
        raise Refused(_MISSING, where=where, key=key, remedy=remedy)

"""Who may apply, as data, and the code that walks it; no Django here.

A rule asks one question and may carry a condition on the answers to any question of the call::

    {
      "key": "body", "kind": "choice", "question": "What is the body that leads the project?",
      "choices": [{"value": "public", "label": "A public body"}, {"value": "private", "label": "Other"}],
      "accept": {"any": [{"question": "body", "in": ["public"]}, {"question": "led_with", "in": ["yes"]}]},
      "why": "A private body needs a public actor beside it.", "remedy": "Apply with the public actor."
    }

Conditions: ``{"question": key, "in": [values]}``, ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": ...}``;
a plain list of values is a condition on the rule's own question. Choices may also be ``{value: label}``.
An answer that is missing makes a condition unknown (three-valued logic of Kleene), never false.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bacasable.compliance.service import N_
from bacasable.programme.call.refusals import Problem, Refused

MAXIMUM_RULES = 40
MAXIMUM_DEPTH = 6
YES_NO = ("yes", "no")

#: field of a rule -> its longest text; these are the only fields, with kind, choices and accept
TEXTS = {
    "key": 40,
    "question": 400,
    "help": 1000,
    "met": 600,
    "why": 600,
    "remedy": 600,
    "otherwise": 10,
    "mark": 1,
    "source": 300,
}
KINDS = ("yes_no", "choice")
OTHERWISE = ("refuse", "discuss")


@dataclass(frozen=True)
class Rule:
    """One question of the eligibility check, and what its answers must satisfy.

    ``otherwise`` says what follows when ``accept`` is not satisfied: the project is refused, or to be
    discussed with the office. ``mark`` is "S" for a rule known from a secondary source only.
    """

    key: str
    question: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    accept: Mapping[str, Any] | None
    help: str = ""
    met: str = ""
    why: str = ""
    remedy: str = ""
    otherwise: str = "refuse"
    mark: str = "P"
    source: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(value for value, _label in self.choices)


def leaves(condition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the conditions on one question inside ``condition``, which has been checked."""
    if "question" in condition:
        yield condition
    elif "not" in condition:
        yield from leaves(condition["not"])
    else:
        for part in condition.get("all", condition.get("any", ())):
            yield from leaves(part)


def truth(condition: Mapping[str, Any], answers: Mapping[str, str]) -> bool | None:
    """Return whether ``answers`` satisfy ``condition``, or ``None`` when a missing answer decides."""
    if "question" in condition:
        answer = answers.get(condition["question"])
        return None if answer is None else answer in condition["in"]
    if "not" in condition:
        inner = truth(condition["not"], answers)
        return None if inner is None else not inner
    decisive = "any" in condition
    parts = [truth(part, answers) for part in condition["any" if decisive else "all"]]
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


@dataclass(frozen=True)
class Finding:
    """What one rule says: ``met``, ``refused``, ``discuss`` or ``unknown`` (then ``missing``)."""

    rule: Rule
    outcome: str
    missing: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """``verdict``: ``eligible``, ``not_eligible`` or ``to_discuss``, with the finding of each rule."""

    verdict: str
    findings: tuple[Finding, ...]


def evaluate(rules: Sequence[Rule], answers: Mapping[str, object]) -> Assessment:
    """Walk the rules over ``answers`` (key -> value). Total: an answer that is no choice is unknown."""
    by_key = {rule.key: rule for rule in rules}
    known = {
        key: answer
        for key, answer in answers.items()
        if key in by_key and isinstance(answer, str) and answer in by_key[key].values
    }
    findings = []
    for rule in rules:
        if rule.accept is None:
            continue
        satisfied = truth(rule.accept, known)
        if satisfied is None:
            asked = {leaf["question"]: None for leaf in leaves(rule.accept)}
            missing = tuple(by_key[key] for key in asked if key not in known)
            findings.append(Finding(rule, "unknown", missing))
        elif satisfied:
            findings.append(Finding(rule, "met"))
        else:
            findings.append(Finding(rule, "discuss" if rule.otherwise == "discuss" else "refused"))
    outcomes = {finding.outcome for finding in findings}
    if "refused" in outcomes:
        verdict = "not_eligible"
    else:
        verdict = "to_discuss" if outcomes & {"unknown", "discuss"} else "eligible"
    return Assessment(verdict, tuple(findings))


def assess(definition: object, answers: Mapping[str, object]) -> Assessment:
    """Parse the rules of a call and walk them: ``assess(call.eligibility, {"body": "public"})``.

    Raises:
        Refused: the definition is wrong.
    """
    return evaluate(parse(definition), answers)


def parse(definition: object) -> tuple[Rule, ...]:
    """Read a definition (the JSON value stored with the call) into rules.

    Raises:
        Refused: with each problem that :func:`problems_of` finds.
    """
    problems = tuple(problems_of(definition))
    if problems or not isinstance(definition, list):
        raise Refused(*problems)
    return tuple(
        Rule(
            kind=rule["kind"],
            choices=tuple(_choices(rule)),
            accept=_accept(rule),
            **{name: rule[name] for name in TEXTS if name in rule},
        )
        for rule in definition
    )


def _choices(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield value and label of each well-written choice of a rule; one bad choice empties the list."""
    if rule["kind"] == "yes_no":
        yield from ((value, value) for value in YES_NO)
        return
    choices = rule.get("choices")
    if isinstance(choices, dict):
        choices = [{"value": value, "label": label} for value, label in choices.items()]
    if not isinstance(choices, list) or len(choices) > MAXIMUM_RULES:
        return
    pairs = [(c.get("value"), c.get("label")) if isinstance(c, dict) else ("", "") for c in choices]
    if all(isinstance(text, str) and 0 < len(text) <= 300 for pair in pairs for text in pair):
        yield from ((str(value), str(label)) for value, label in pairs)


def _accept(rule: Mapping[str, Any]) -> Any:
    """Return the condition of a rule, its short form (a list of values of its own) written in full."""
    accept = rule.get("accept")
    return {"question": rule.get("key"), "in": accept} if isinstance(accept, list) else accept


def problems_of(definition: object) -> Iterator[Problem]:
    """Yield each problem of a definition of rules; total over any JSON value, and empty when it is right."""
    if not isinstance(definition, list):
        yield Problem(
            "eligibility", N_("this is not a list"), N_("write a JSON list of rules: [ {...}, {...} ]")
        )
        return
    if len(definition) > MAXIMUM_RULES:
        yield Problem(
            "eligibility",
            N_("%(count)s rules are too many"),
            N_("keep at most %(maximum)s"),
            {"count": len(definition), "maximum": MAXIMUM_RULES},
        )
        return
    values: dict[str, tuple[str, ...]] = {}
    for index, rule in enumerate(definition):
        yield from _problems_of_rule(f"eligibility[{index}]", rule, values)
    for index, rule in enumerate(definition):
        if isinstance(rule, dict) and rule.get("accept") is not None:
            yield from _problems_of_condition(f"eligibility[{index}].accept", _accept(rule), values, 1)


def _problems_of_rule(place: str, rule: object, values: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
    if not isinstance(rule, dict):
        yield Problem(place, N_("a rule is an object"), N_('write {"key": ..., "question": ..., ...}'))
        return
    for name in rule:
        if name not in TEXTS and name not in {"kind", "choices", "accept"}:
            allowed = ", ".join([*TEXTS, "kind", "choices", "accept"])
            yield Problem(
                f"{place}.{str(name)[:40]}",
                N_("no such field"),
                N_("drop it; the fields are %(allowed)s"),
                {"allowed": allowed},
            )
    for name, longest in TEXTS.items():
        text = rule.get(name, "")
        if not isinstance(text, str) or len(text) > longest:
            yield Problem(
                f"{place}.{name}",
                N_("this must be a text of at most %(longest)s characters"),
                N_("shorten it or put it between quotation marks"),
                {"longest": longest},
            )
    for name in ("key", "question"):
        if not rule.get(name):
            yield Problem(f"{place}.{name}", N_("this is missing"), N_("add it"))
    if rule.get("otherwise", "refuse") not in OTHERWISE:
        yield Problem(f"{place}.otherwise", N_("unknown value"), N_('write "refuse" or "discuss"'))
    if rule.get("mark", "P") not in ("P", "S"):
        yield Problem(
            f"{place}.mark", N_("unknown value"), N_('write "P" (primary source) or "S" (secondary)')
        )
    if rule.get("accept") is not None and not rule.get("why"):
        yield Problem(f"{place}.why", N_("this is missing"), N_("say why a project is refused by this rule"))
    key = rule.get("key")
    if isinstance(key, str) and key and not key.isidentifier():
        yield Problem(
            f"{place}.key",
            N_("a key holds letters, digits and _ only"),
            N_("write a key such as public_body"),
        )
    elif isinstance(key, str) and key in values:
        yield Problem(
            f"{place}.key", N_("two rules have the key '%(key)s'"), N_("rename one"), {"key": key[:40]}
        )
    if rule.get("kind") not in KINDS:
        yield Problem(f"{place}.kind", N_("unknown kind"), N_('write "yes_no" or "choice"'))
        return
    read = tuple(value for value, _label in _choices(rule))
    if len(read) < 2 or len(set(read)) < len(read):
        yield Problem(
            f"{place}.choices",
            N_("at least two choices are needed, each with its own value and a label"),
            N_('write [{"value": "public", "label": "A public body"}, ...]'),
        )
    if isinstance(key, str):
        values.setdefault(key, read)


def _problems_of_condition(
    place: str, condition: object, values: Mapping[str, tuple[str, ...]], depth: int
) -> Iterator[Problem]:
    if depth > MAXIMUM_DEPTH:
        yield Problem(
            place,
            N_("conditions are nested deeper than %(maximum)s"),
            N_("simplify them"),
            {"maximum": MAXIMUM_DEPTH},
        )
    elif isinstance(condition, dict) and set(condition) == {"question", "in"}:
        key, accepted = condition["question"], condition["in"]
        if not isinstance(key, str) or key not in values:
            yield Problem(
                f"{place}.question", N_("no rule has this key"), N_("name the key of a rule of this call")
            )
        elif not isinstance(accepted, list) or not accepted or not all(v in values[key] for v in accepted):
            yield Problem(
                f"{place}.in",
                N_("the values are not all choices of '%(key)s'"),
                N_("choose among %(values)s"),
                {"key": key[:40], "values": ", ".join(values[key])[:300]},
            )
    elif isinstance(condition, dict) and set(condition) == {"not"}:
        yield from _problems_of_condition(f"{place}.not", condition["not"], values, depth + 1)
    elif isinstance(condition, dict) and (set(condition) == {"all"} or set(condition) == {"any"}):
        (word,) = condition
        parts = condition[word]
        if not isinstance(parts, list) or not parts or len(parts) > MAXIMUM_RULES:
            yield Problem(
                f"{place}.{word}", N_("this must be a list of conditions"), N_("write [ {...}, {...} ]")
            )
            return
        for index, part in enumerate(parts):
            yield from _problems_of_condition(f"{place}.{word}[{index}]", part, values, depth + 1)
    else:
        yield Problem(
            place,
            N_("this is not a condition"),
            N_('write {"question": key, "in": [...]}, {"all": [...]}, {"any": [...]} or {"not": {...}}'),
        )

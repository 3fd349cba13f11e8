"""What an adviser's page offers, read from the page itself: the promise is on what is shown."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from bacasable.services.job_advice.engine.indicators.acts import (
    ON_ITEM,
    VERBS,
    Offer,
    Reason,
    Shown,
    Verb,
)

#: The field in which a reason is written.
REASON = "reason"
_EMPTY = frozenset({"input", "br", "hr", "img", "meta", "link", "source", "wbr"})


@dataclass
class _Choice:
    """One way to say a verb in a form: a radio, a button or a value set beforehand."""

    verb: Verb
    group: str
    clicks: int
    preselected: bool
    reveals: str


@dataclass
class _Form:
    """What a form holds: choices by the name of their field, fields for a reason, boxes to tick."""

    name: str
    choices: list[_Choice] = field(default_factory=list)
    reasons: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    boxes: int = 0


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._open: list[tuple[str, str]] = []
        self._form: _Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag not in _EMPTY:
            closed = tag == "details" and "open" not in told
            self._open.append((tag, "closed" if closed else told.get("id", "")))
        if tag == "form":
            self._form = _Form(told.get("action") or f"form {len(self.forms) + 1}")
            self.forms.append(self._form)
        elif self._form is not None:
            self._take(self._form, tag, told)

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(name == tag for name, _id in self._open):
            if self._open.pop()[0] == tag:
                break
        if tag == "form":
            self._form = None

    def _take(self, form: _Form, tag: str, told: dict[str, str]) -> None:
        hidden_behind = sum(name == "closed" for _tag, name in self._open)
        kind = told.get("type", "text" if tag == "input" else "submit")
        if told.get("value") in VERBS and tag in ("input", "button"):
            verb: Verb = told["value"]  # type: ignore[assignment]
            by_button = tag == "button" or kind in ("submit", "image")
            set_before = kind == "hidden" or "checked" in told
            reveals = told.get("aria-controls") or told.get("data-aria-controls", "")
            clicks = hidden_behind + (1 if by_button or set_before else 2)
            form.choices.append(_Choice(verb, told.get("name", ""), clicks, set_before, reveals))
        elif kind == "checkbox" and tag == "input":
            form.boxes += 1
        elif told.get("name", "").endswith(REASON) and (tag == "textarea" or kind == "text"):
            inside = tuple(name for _tag, name in self._open if name)
            form.reasons.append((inside, "required" in told))


def read_page(html: str) -> Shown:
    """Return what a page offers: each group of verbs is a suggestion, counted from 1, whatever form it is in.

    A radio and the button that sends it are two clicks, a button one; what is folded away costs one more. A
    verb outside of any group (a button, a hidden value) in a form that chooses several suggestions acts on
    several at once.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    items: dict[str, tuple[Offer, ...]] = {}
    interview: list[Offer] = []
    at_once = []
    for form in reader.forms:
        groups: dict[str, list[_Choice]] = {}
        for choice in form.choices:
            groups.setdefault(choice.group, []).append(choice)
        for choices in groups.values():
            verbs = {choice.verb for choice in choices}
            offers = tuple(_offer(choice, form) for choice in choices)
            if form.boxes or (verbs <= set(ON_ITEM) and len(verbs) == 1 and len(choices) == 1):
                at_once.append(f"{form.name}: {', '.join(sorted(verbs))}")
            elif verbs & set(ON_ITEM):
                items[str(len(items) + 1)] = offers
            else:
                interview.extend(offers)
    return Shown(items, tuple(interview), tuple(at_once))


def _offer(choice: _Choice, form: _Form) -> Offer:
    """Return a choice with the field for its reason: one that it reveals alone, or one of the whole form."""
    others = {one.reveals for one in form.choices if one.reveals} - {choice.reveals}
    mine = [required for inside, required in form.reasons if not others & set(inside)]
    reason: Reason = "none" if not mine else "required" if any(mine) else "optional"
    return Offer(choice.verb, choice.clicks, reason, choice.preselected)

"""A wrong declaration cannot exist: what is refused, and the words in which it is."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bacasable.compliance.processing import (
    AiActProfile,
    Algorithm,
    AutomatedDecisions,
    Contact,
    Controller,
    DataField,
    DeclarationRefused,
    Dpia,
    LawfulBasis,
    NotPersonal,
    Oversight,
    Period,
    Processing,
    Purpose,
    Recipient,
    Retention,
    SpecialGround,
    Transfer,
    Undeclared,
)

DETECT_LEAK = Purpose("detect_leak", "detect leaks", LawfulBasis.PUBLIC_TASK, founded_on="CGCT L.2224-7-1")
THREE_YEARS = Retention("readings", "meter readings", "the reading", current=Period(months=36))
READINGS = DataField(
    "readings",
    "meter readings",
    "consumption",
    ("subscriber",),
    ("detect_leak",),
    THREE_YEARS,
    ("readings.parquet",),
)
RIGHT: dict[str, Any] = {
    "service": "water_use",
    "title": "Water use",
    "controller": Controller("a city", dpo=Contact("its officer")),
    "persons": {"subscriber": "subscribers"},
    "purposes": (DETECT_LEAK,),
    "data": (READINGS,),
    "dpia": Dpia(criteria=("large_scale",), reason="one criterion of nine"),
    "oversight": Oversight("an agent", "a list of alerts", "the agent may drop one"),
    "ai_act": AiActProfile(uses_ai=False),
}


def refusals(**changes: Any) -> list[str]:
    """Return the lines of the refusal, without their place."""
    with pytest.raises(DeclarationRefused) as refused:
        Processing(**(RIGHT | changes))
    return [line.rpartition(" in test_declarations.py (")[0] for line in refused.value.defects]


def test_a_right_declaration_is_accepted() -> None:
    assert Processing(**RIGHT).purpose("detect_leak") is DETECT_LEAK


def test_the_refusal_names_the_file_and_the_line_of_the_declaration() -> None:
    with pytest.raises(DeclarationRefused) as refused:
        Processing(**(RIGHT | {"data": (replace(READINGS, retention=None),)}))
    assert str(Path(__file__)) in str(refused.value)


def test_all_defects_are_told_at_once() -> None:
    assert (
        len(refusals(purposes=(replace(DETECT_LEAK, basis=None),), data=(replace(READINGS, retention=None),)))
        == 2
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"purposes": (replace(DETECT_LEAK, basis=None),)},
            "water_use: purpose 'detect_leak' has no lawful basis (GDPR art. 6(1)); give it one of "
            "LawfulBasis "
            "(CONSENT, CONTRACT, LEGAL_OBLIGATION, VITAL_INTERESTS, PUBLIC_TASK, LEGITIMATE_INTERESTS)",
        ),
        (
            {"purposes": (replace(DETECT_LEAK, founded_on=""),)},
            "water_use: purpose 'detect_leak' rests on 6(1)(e) without its law (art. 6(3)); name the text in "
            "founded_on=...",
        ),
        (
            {"data": (replace(READINGS, retention=None),)},
            "water_use: 'readings' has no retention; give retention=Retention(...)",
        ),
        (
            {"data": (replace(READINGS, retention=replace(THREE_YEARS, current=Period())),)},
            "water_use: retention 'readings' has no duration; give current=Period(months=... or days=...)",
        ),
        *(
            (
                {"data": (replace(READINGS, retention=replace(THREE_YEARS, intermediate=period)),)},
                "water_use: retention 'readings' ends before it starts, or after 1000 years; give "
                "Period(months=..., days=...) that are neither negative nor longer",
            )
            for period in (Period(months=-24), Period(days=-1), Period(months=10**6), Period(days=10**9))
        ),
        (
            {"data": (READINGS, replace(READINGS, stored_in=("elsewhere",)))},
            "water_use: data 'readings' is declared 2 times; keep one of them",
        ),
        (
            {"data": (READINGS, replace(READINGS, name="indexes"))},
            "water_use: stored field 'readings.parquet' is declared 2 times; keep one of them",
        ),
        (
            {"data": (replace(READINGS, purposes=("detect_leak", "sell")),)},
            "water_use: 'readings' names unknown purpose 'sell'; declare the purpose, or use one of: "
            "detect_leak;",
        ),
        (
            {"data": (replace(READINGS, persons=("member",)),)},
            "water_use: 'readings' concerns unknown persons 'member'; add them to persons={...}",
        ),
        (
            {"data": (replace(READINGS, category="health"),)},
            "water_use: 'readings' is of special category 'health' (GDPR art. 9(1)) and purpose "
            "'detect_leak' has "
            "no special ground; give the purpose special_ground=SpecialGround....",
        ),
        (
            {"purposes": (DETECT_LEAK, replace(DETECT_LEAK, key="bill"))},
            "water_use: purpose 'bill' uses no data; name it in the data that serve it, or drop the purpose",
        ),
        (
            {"algorithms": (Algorithm("grid", "a grid", ("sell",), "an aid", "help", "rules"),)},
            "water_use: algorithm 'grid' names unknown purpose 'sell'; declare the purpose",
        ),
        (
            {"algorithms": (Algorithm("grid", "grid", ("detect_leak",), "an aid", "help", "rules", ("x",)),)},
            "water_use: algorithm 'grid' reads unknown data 'x'; declare the data",
        ),
        (
            {"algorithms": (Algorithm("grid", "a grid", ("detect_leak",), "an aid", "alone", "rules"),)},
            "water_use: algorithm 'grid' decides alone and no automated decision is declared (art. 22); give "
            "automated_decisions=AutomatedDecisions(taken=True, ...)",
        ),
        (
            {"controller": Controller("a city")},
            "water_use: a public body has no data protection officer (GDPR art. 37); give "
            "Controller(dpo=Contact(...))",
        ),
        (
            {"dpia": Dpia(criteria=("large_scale", "vulnerable_persons"))},
            "water_use: dpia: due (2 of nine criteria) and declared not due (GDPR art. 35); set "
            "status='to_do' or "
            "further",
        ),
        (
            {"recipients": (Recipient("a host", "processor", ("detect_leak",)),)},
            "water_use: processor 'a host' has no contract (GDPR art. 28(3)); name it in contract=...",
        ),
        (
            {"transfers": (Transfer("a host", "US", "46"),)},
            "water_use: transfer to unknown recipient 'a host'; declare the recipient",
        ),
        (
            {"automated_decisions": AutomatedDecisions(taken=True)},
            "water_use: automated decisions are taken without logic, ground or human review (GDPR art. "
            "22); give "
            "logic=..., allowed_by=..., human_review=...",
        ),
        (
            {"not_personal": (NotPersonal(" ", ("meters.id",)),)},
            "water_use: meters.id: not personal without a reason; give reason=...",
        ),
    ],
)
def test_each_defect_is_said_with_its_remedy(changes: dict[str, Any], line: str) -> None:
    assert refusals(**changes) == [line]


def test_an_unknown_category_lists_the_known_ones() -> None:
    (line,) = refusals(data=(replace(READINGS, category="plumbing"),))
    assert line.startswith(
        "water_use: 'readings' has unknown category 'plumbing'; use one of: identity, contact,"
    )


def test_a_special_category_with_its_ground_is_accepted() -> None:
    purpose = replace(DETECT_LEAK, special_ground=SpecialGround.SUBSTANTIAL_PUBLIC_INTEREST)
    Processing(**(RIGHT | {"purposes": (purpose,), "data": (replace(READINGS, category="health"),)}))


def test_undeclared_data_are_refused_with_the_remedy() -> None:
    with pytest.raises(Undeclared) as refused:
        Processing(**RIGHT).require(["readings", "members"], purpose="detect_leak")
    assert str(refused.value) == (
        "water_use: 'members' is not declared for purpose 'detect_leak'; declare it in "
        "test_declarations.py or "
        "drop it from the request"
    )


def test_an_undeclared_purpose_is_refused() -> None:
    with pytest.raises(Undeclared, match="purpose 'sell' is not declared"):
        Processing(**RIGHT).require(["readings"], purpose="sell")


def test_two_of_nine_criteria_hold_production_until_the_assessment_is_validated() -> None:
    due = Dpia(criteria=("large_scale", "vulnerable_persons"), status="in_progress")
    assert due.is_due
    assert not due.allows_production
    assert replace(due, status="validated").allows_production


def test_a_period_ends_on_the_last_day_of_a_short_month() -> None:
    assert Period(months=1).after(datetime(2027, 1, 31, tzinfo=UTC)) == datetime(2027, 2, 28, tzinfo=UTC)
    assert Period(months=12, days=1).after(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(
        2029, 3, 1, tzinfo=UTC
    )


def test_the_digest_follows_the_content_and_not_the_place() -> None:
    one = Processing(**RIGHT)
    same = Processing(**RIGHT)
    other = Processing(**(RIGHT | {"title": "Water"}))
    assert one.declared_at != other.declared_at
    assert one.digest() == same.digest() != other.digest()


def test_a_refused_use_says_why_and_not_how_to_declare_it() -> None:
    declared = Processing(**(RIGHT | {"refused_uses": {"fraud": "it informs, it never accuses"}}))
    with pytest.raises(Undeclared, match="'detect_fraud' is refused: it informs, it never accuses") as told:
        declared.purpose("detect_fraud")
    assert not told.value.to_add
    assert declared.digest() != Processing(**RIGHT).digest()


def test_a_purpose_cannot_be_declared_and_refused() -> None:
    key = RIGHT["purposes"][0].key
    with pytest.raises(DeclarationRefused, match="among the refused uses"):
        Processing(**(RIGHT | {"refused_uses": {key: "never"}}))

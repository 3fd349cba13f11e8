"""Which rights follow from which lawful basis: Regulation (EU) 2016/679, articles 7, 11 to 22."""

import pytest

from bacasable.compliance.declaration import Purpose
from bacasable.compliance.law import LawfulBasis
from bacasable.compliance.rights import Right, of_purpose

#: A line for each basis: rights that do not follow from it, and those that wait for a judgement of people.
TABLE = {
    LawfulBasis.CONSENT: ({Right.OBJECTION}, {Right.ERASURE}),
    LawfulBasis.CONTRACT: ({Right.OBJECTION, Right.WITHDRAWAL}, {Right.ERASURE}),
    LawfulBasis.LEGAL_OBLIGATION: (
        {Right.ERASURE, Right.PORTABILITY, Right.OBJECTION, Right.WITHDRAWAL},
        set(),
    ),
    LawfulBasis.VITAL_INTERESTS: (
        {Right.PORTABILITY, Right.OBJECTION, Right.WITHDRAWAL},
        {Right.ERASURE},
    ),
    LawfulBasis.PUBLIC_TASK: ({Right.PORTABILITY, Right.WITHDRAWAL}, {Right.ERASURE, Right.OBJECTION}),
    LawfulBasis.LEGITIMATE_INTERESTS: (
        {Right.PORTABILITY, Right.WITHDRAWAL},
        {Right.ERASURE, Right.OBJECTION},
    ),
}


def purpose(basis: LawfulBasis) -> Purpose:
    return Purpose("p", "a purpose", basis, founded_on="a law")


@pytest.mark.parametrize("basis", LawfulBasis, ids=lambda basis: basis.name)
def test_each_basis_gives_its_rights_with_a_reason(basis: LawfulBasis) -> None:
    found = {right: of_purpose(purpose(basis), right) for right in Right}
    withheld, judged = TABLE[basis]
    assert {right for right, one in found.items() if not one.applies} == withheld
    assert {right for right, one in found.items() if one.applies and one.condition} == judged
    assert all(one.reason for one in found.values())
    for right in (Right.ERASURE, Right.PORTABILITY, Right.OBJECTION, Right.WITHDRAWAL):
        assert "art. " in found[right].reason or (basis is not LawfulBasis.CONSENT and right in withheld)


@pytest.mark.parametrize("basis", LawfulBasis, ids=lambda basis: basis.name)
def test_where_nobody_can_be_told_articles_15_to_20_wait_for_what_tells_them(basis: LawfulBasis) -> None:
    found = {right: of_purpose(purpose(basis), right, identifies=False) for right in Right}
    set_aside = {
        Right.ACCESS,
        Right.RECTIFICATION,
        Right.ERASURE,
        Right.RESTRICTION,
        Right.PORTABILITY,
    }
    assert all(not found[right].applies and "11" in found[right].reason for right in set_aside)
    assert found[Right.HUMAN_REVIEW].applies


def test_a_machine_that_decides_alone_is_reviewed_by_right_and_otherwise_by_courtesy() -> None:
    decided = of_purpose(purpose(LawfulBasis.CONTRACT), Right.HUMAN_REVIEW, decides=True)
    offered = of_purpose(purpose(LawfulBasis.CONTRACT), Right.HUMAN_REVIEW)
    assert decided.applies
    assert offered.applies
    assert decided.reason != offered.reason


@pytest.mark.parametrize("right", Right, ids=lambda right: right.name)
def test_each_right_names_its_article(right: Right) -> None:
    assert any(figure.isdigit() for figure in right.article)
    assert right.label

"""What a page offers is read from the page; synthetic advisers use it, and a month tells them apart."""

import pytest

pytest.importorskip("numpy", reason="needs the extra 'jobs'")

from bacasable.services.job_advice.engine.indicators import POLICY, indicators, way_of
from bacasable.services.job_advice.engine.indicators.pages import read_page
from bacasable.services.job_advice.engine.trials.advisers import MONTH, TODAY, WAYS, costlier, service

PAGE = POLICY.shown(tuple("12345"))


def radios(verbs: tuple[str, ...], *, checked: str = "", required: str = "", folded: str = "") -> str:
    """Return a form as the pages draw it, with what sabotages it."""
    chosen = "".join(
        f'<input type="radio" name="verb" value="{verb}"'
        f"{' checked' if verb == checked else ''}{f' aria-controls=why-{verb}' if verb == required else ''}>"
        for verb in verbs
    )
    why = f'<div id="why-{required}"><textarea name="reason" required></textarea></div>' if required else ""
    field = "" if required else '<textarea name="reason"></textarea>'
    body = f"<details><summary>More</summary>{chosen}</details>" if folded else chosen
    return f'<form action="/items/1">{body}{why}{field}<button type="submit">Save</button></form>'


ITEM = ("retained", "modified", "refused", "deferred")
INTERVIEW = radios(("own_advice", "none_of_these")).replace("/items/1", "/interview")


def test_a_page_that_leaves_the_choice_offers_what_the_policy_says() -> None:
    shown = read_page(f"<main><p>Five suggestions<br>{radios(ITEM)}</p>{INTERVIEW}</main>")
    assert shown.faults() == ()
    assert (shown.items["1"], shown.interview) == (POLICY.item, POLICY.interview)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (radios(ITEM, checked="retained") + INTERVIEW, "chosen beforehand"),
        (radios(ITEM, required="refused") + INTERVIEW, "another field"),
        (radios(ITEM[:2]) + INTERVIEW, "refused is not offered"),
        (radios(ITEM), "none_of_these is not offered"),
        (radios(ITEM) + radios(("own_advice", "none_of_these"), folded="yes"), "takes 3 clicks"),
        (
            radios(ITEM)
            + INTERVIEW
            + '<form action="/all"><button name="verb" value="retained">All</button></form>',
            "several suggestions at once",
        ),
        (
            radios(ITEM) + INTERVIEW + '<form><input type="checkbox" name="item" value="1">'
            '<button name="verb" value="retained">Keep those ticked</button></form>',
            "several suggestions at once",
        ),
    ],
)
def test_a_page_that_pulls_towards_acceptance_is_read_as_such(page: str, said: str) -> None:
    assert any(said in fault for fault in read_page(page).faults())


@pytest.mark.parametrize("way", WAYS)
def test_the_way_of_most_services_is_told_from_their_indicators(way: str) -> None:
    told = []
    for seed in range(12):
        acts = service("one", way, [PAGE], [seed, 1234])
        told.append(way_of(indicators(acts, service="one", month=MONTH, today=TODAY)).way)
    assert told.count("decides" if way == "careful" else "follows") >= 10


def test_where_to_deviate_costs_more_careful_advisers_seem_to_follow() -> None:
    def retained(page: object) -> float:
        acts = service("one", "careful", [page], 7)
        return indicators(acts, service="one", month=MONTH, today=TODAY).retained.value

    assert retained(costlier(PAGE)) > retained(PAGE) + 0.2
    assert len(costlier(PAGE).faults()) > 5


def test_the_same_seed_draws_the_same_month() -> None:
    assert service("one", "hurried", [PAGE], 3) == service("one", "hurried", [PAGE], 3)
    assert service("one", "hurried", [PAGE], 3) != service("one", "hurried", [PAGE], 4)


def test_a_month_without_decoys_or_times_is_unclear() -> None:
    acts = [act for act in service("one", "careful", [PAGE], 3) if act.item is None or act.rank == 1]
    bare = [act for act in acts if not act.is_decoy]
    seen = indicators(bare, service="one", month=MONTH, today=TODAY.replace(month=12))
    assert (seen.fast, seen.decoys, seen.first_rank) == (None, None, None)
    assert way_of(seen).way == "unclear"

"""Who assesses what: never in conflict, never too much, and everything that can be given is given."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.programme.committee.matching import Dossier, Expert, Gap, match

PAIR = ("law", "technique")
SKILLS = st.frozensets(st.sampled_from([*PAIR, "sector"]), min_size=1)


@st.composite
def cases(draw, dossiers=6, experts=5):
    names = [f"e{n}" for n in range(draw(st.integers(1, experts)))]
    people = [
        Expert(
            name,
            draw(SKILLS),
            draw(st.frozensets(st.sampled_from("abc"))),
            capacity=draw(st.integers(0, 4)),
            load=draw(st.integers(0, 1)),
        )
        for name in names
    ]
    files = [
        Dossier(
            f"d{n}",
            draw(st.sampled_from([PAIR, (*PAIR, "sector"), ("law",), ()])),
            draw(st.sampled_from(["", "a", "b"])),
            draw(st.frozensets(st.sampled_from(names), max_size=1)),
        )
        for n in range(draw(st.integers(0, dossiers)))
    ]
    couples = st.frozensets(st.tuples(st.sampled_from([f.key for f in files]), st.sampled_from(names)))
    conflicts = draw(couples) if files else frozenset()
    undeclared = draw(couples) if files else frozenset()
    return files, people, conflicts, undeclared


def most(files, people, conflicts, undeclared):
    """Count, by trying everything, how many places can be given at most."""
    places = [(f, skill) for f in files for skill in f.wanted]
    room = {p.key: p.capacity - p.load for p in people}

    def best(index, taken):
        if index == len(places):
            return 0
        file, skill = places[index]
        found = best(index + 1, taken)
        bound = len(places) - index
        for person in people:
            if found == bound:
                break
            pair = (file.key, person.key)
            if (
                skill in person.skills
                and room[person.key] > 0
                and person.key not in file.held_by
                and pair not in conflicts | undeclared | taken
            ):
                room[person.key] -= 1
                found = max(found, 1 + best(index + 1, taken | {pair}))
                room[person.key] += 1
        return found

    return best(0, frozenset())


@given(cases())
def test_every_pair_is_allowed_and_every_place_is_accounted_for(case):
    files, people, conflicts, undeclared = case
    plan = match(files, people, conflicts, undeclared)
    by_key = {person.key: person for person in people}
    by_file = {file.key: file for file in files}
    for pair in plan.pairs:
        assert pair.skill in by_key[pair.expert].skills
        assert pair.expert not in by_file[pair.dossier].held_by
        assert (pair.dossier, pair.expert) not in conflicts | undeclared
    couples = [(pair.dossier, pair.expert) for pair in plan.pairs]
    assert len(set(couples)) == len(couples), "the same person twice on one dossier"
    for person in people:
        given_here = sum(pair.expert == person.key for pair in plan.pairs)
        assert plan.loads[person.key] == person.load + given_here
        assert given_here == 0 or plan.loads[person.key] <= person.capacity
    wanted = sorted((file.key, skill) for file in files for skill in file.wanted)
    told = [(pair.dossier, pair.skill) for pair in plan.pairs] + [
        (gap.dossier, gap.skill) for gap in plan.gaps
    ]
    assert sorted(told) == wanted


@settings(max_examples=150)
@given(cases(dossiers=4, experts=4))
def test_nothing_that_could_be_given_is_left(case):
    assert len(match(*case).pairs) == most(*case)


@given(cases(), st.randoms())
def test_the_order_of_the_input_changes_nothing(case, shuffled):
    files, people, conflicts, undeclared = case
    mixed_files, mixed_people = list(files), list(people)
    shuffled.shuffle(mixed_files)
    shuffled.shuffle(mixed_people)
    assert match(mixed_files, mixed_people, conflicts, undeclared) == match(*case)


def test_a_greedy_choice_is_undone_when_it_would_leave_a_dossier_alone():
    people = [Expert("both", frozenset(PAIR), capacity=2), Expert("law", frozenset({"law"}), capacity=2)]
    files = [Dossier("d1", PAIR), Dossier("d2", PAIR)]
    plan = match(files, people)
    assert not plan.gaps
    assert {pair.expert for pair in plan.pairs if pair.skill == "law"} == {"law"}


def test_the_pair_goes_to_who_knows_the_sector():
    people = [
        Expert(f"{skill}-{s}", frozenset({skill}), frozenset({s})) for skill in PAIR for s in ("a", "b")
    ]
    files = [Dossier(f"d{n}", PAIR, "ab"[n % 2]) for n in range(8)]
    plan = match(files, people)
    sector_of = {file.key: file.sector for file in files}
    assert all(pair.expert.endswith(sector_of[pair.dossier]) for pair in plan.pairs)
    assert set(plan.loads.values()) == {4}


def test_a_gap_says_why():
    law, both = Expert("law", frozenset({"law"})), Expert("both", frozenset(PAIR), capacity=1)
    reasons = {
        "no_expert": match([Dossier("d", PAIR)], [law]),
        "conflict": match([Dossier("d", ("law",))], [law], {("d", "law")}),
        "undeclared": match([Dossier("d", ("law",))], [law], undeclared={("d", "law")}),
        "holds_it": match([Dossier("d", PAIR)], [Expert("both", frozenset(PAIR), capacity=9)]),
        "full": match([Dossier("d", ("law",)), Dossier("e", ("law",))], [both]),
    }
    for reason, plan in reasons.items():
        assert [gap.reason for gap in plan.gaps] == [reason]
    assert isinstance(reasons["full"].gaps[0], Gap)


def test_two_hundred_dossiers_are_given_evenly():
    chance = random.Random(3)
    people = [Expert(f"e{n:02}", frozenset({PAIR[n % 2]}), frozenset("abc"[n % 3]), 20) for n in range(30)]
    files = [Dossier(f"d{n:03}", PAIR, chance.choice("abcd")) for n in range(200)]
    conflicts = {(f.key, p.key) for f in files for p in people if chance.random() < 0.05}
    plan = match(files, people, conflicts)
    assert not plan.gaps
    assert max(plan.loads.values()) - min(plan.loads.values()) <= 3

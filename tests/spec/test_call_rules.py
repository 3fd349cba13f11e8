"""The rules of a call, as a reader of the call would state them."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bacasable.programme.call import rules
from bacasable.programme.call.eligibility import assess, evaluate, parse, problems_of
from bacasable.programme.call.refusals import Refused
from bacasable.programme.call.rule_sets import RULE_SETS

PARIS = ZoneInfo("Europe/Paris")
ACCOMPANIMENT = RULE_SETS["accompaniment"].rules
ELIGIBLE = {
    "body": "public",
    "uses_ai": "yes",
    "public_service": "yes",
    "in_development": "yes",
    "supported_elsewhere": "no",
}


def outcomes(answers: dict[str, object]) -> dict[str, str]:
    return {f.rule.key: f.outcome for f in assess(ACCOMPANIMENT, answers).findings}


class TestTheRulesOf2023:
    def test_a_public_body_with_ai_in_development_is_eligible(self):
        assert assess(ACCOMPANIMENT, ELIGIBLE).verdict == "eligible"

    def test_a_private_body_alone_is_not(self):
        answers = ELIGIBLE | {"body": "private", "led_with_public": "no", "shared_need": "no"}
        assessment = assess(ACCOMPANIMENT, answers)
        assert assessment.verdict == "not_eligible"
        (refused,) = [finding.rule for finding in assessment.findings if finding.outcome == "refused"]
        assert refused.key == "body"
        assert refused.why
        assert refused.remedy

    @pytest.mark.parametrize("bridge", ["led_with_public", "shared_need"])
    def test_a_private_body_is_when_public_actors_lead_with_it_or_need_it(self, bridge):
        assert assess(ACCOMPANIMENT, ELIGIBLE | {"body": "private", bridge: "yes"}).verdict == "eligible"

    def test_what_is_not_answered_is_to_be_discussed_and_named(self):
        assessment = assess(ACCOMPANIMENT, ELIGIBLE | {"body": "private"})
        assert assessment.verdict == "to_discuss"
        (unknown,) = [finding for finding in assessment.findings if finding.outcome == "unknown"]
        assert [rule.key for rule in unknown.missing] == ["led_with_public", "shared_need"]

    def test_a_sector_that_is_not_a_priority_is_discussed_not_refused(self):
        answers = ELIGIBLE | {"supported_elsewhere": "yes"}
        assert assess(ACCOMPANIMENT, answers).verdict == "to_discuss"
        assert outcomes(answers)["supported_elsewhere"] == "discuss"

    @pytest.mark.parametrize("key", ["uses_ai", "public_service", "in_development"])
    def test_each_condition_on_the_project_counts(self, key):
        assert assess(ACCOMPANIMENT, ELIGIBLE | {key: "no"}).verdict == "not_eligible"


def test_every_rule_set_is_well_written():
    for rule_set in RULE_SETS.values():
        assert list(problems_of(rule_set.rules)) == []


class TestTheEngine:
    values = st.one_of(
        st.none(),
        st.sampled_from(["yes", "no", "public", "private"]),
        st.text(),
        st.integers(),
        st.lists(st.text()),
    )
    answers = st.dictionaries(
        st.one_of(st.sampled_from([*ELIGIBLE, "led_with_public", "shared_need"]), st.text()), values
    )

    @given(answers)
    def test_is_total_and_deterministic(self, answers):
        first, second = assess(ACCOMPANIMENT, answers), assess(ACCOMPANIMENT, answers)
        assert first == second
        assert first.verdict in {"eligible", "not_eligible", "to_discuss"}
        assert len(first.findings) == len([r for r in parse(ACCOMPANIMENT) if r.accept])

    @given(answers, st.sampled_from([*ELIGIBLE, "led_with_public"]), st.sampled_from(["yes", "no", "public"]))
    def test_one_more_answer_never_unsettles_a_rule_that_was_settled(self, answers, key, value):
        """Kleene's logic is monotone: unknown may become met or refused, never the reverse."""
        answers.pop(key, None)
        before = {f.rule.key: f.outcome for f in evaluate(parse(ACCOMPANIMENT), answers).findings}
        after = {
            f.rule.key: f.outcome for f in evaluate(parse(ACCOMPANIMENT), answers | {key: value}).findings
        }
        for name, outcome in before.items():
            assert outcome == "unknown" or after[name] == outcome


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "key",
                    "kind",
                    "question",
                    "choices",
                    "accept",
                    "why",
                    "in",
                    "all",
                    "any",
                    "not",
                    "value",
                    "label",
                ]
            ),
            inner
            | st.sampled_from(["yes_no", "choice", "a", "b", "yes"])
            | st.just([{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}]),
            max_size=8,
        )
    ),
    max_leaves=30,
)


class TestTheValidator:
    @given(json_values)
    def test_is_total_and_what_it_lets_through_can_be_walked(self, definition):
        problems = list(problems_of(definition))
        if problems:
            assert all(problem.place.startswith("eligibility") and str(problem) for problem in problems)
            with pytest.raises(Refused):
                parse(definition)
        else:
            assert evaluate(parse(definition), {}).verdict in {"eligible", "to_discuss"}

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"kind": "maybe"}, "eligibility[0].kind"),
            ({"key": "two words"}, "eligibility[0].key"),
            ({"question": ""}, "eligibility[0].question"),
            ({"colour": "red"}, "eligibility[0].colour"),
            ({"why": ""}, "eligibility[0].why"),
            ({"otherwise": "perhaps"}, "eligibility[0].otherwise"),
            (
                {"accept": {"any": [{"question": "nobody", "in": ["yes"]}]}},
                "eligibility[0].accept.any[0].question",
            ),
            ({"accept": {"not": {"question": "uses_ai", "in": ["blue"]}}}, "eligibility[0].accept.not.in"),
            ({"accept": ["blue"]}, "eligibility[0].accept.in"),
            ({"accept": {"all": []}}, "eligibility[0].accept.all"),
            ({"accept": {"xor": []}}, "eligibility[0].accept"),
            ({"kind": "choice", "choices": [{"value": "a", "label": "A"}]}, "eligibility[0].choices"),
        ],
    )
    def test_names_the_place(self, change, place):
        right = {
            "key": "uses_ai",
            "kind": "yes_no",
            "question": "AI?",
            "accept": ["yes"],
            "why": "It is needed.",
        }
        assert list(problems_of([right])) == []
        assert place in {problem.place for problem in problems_of([right | change])}

    def test_refuses_a_key_used_twice_and_too_deep_a_nesting(self):
        right = {"key": "a", "kind": "yes_no", "question": "A?"}
        assert "eligibility[1].key" in {problem.place for problem in problems_of([right, right])}
        deep: dict = {"question": "a", "in": ["yes"]}
        for _ in range(500):
            deep = {"not": deep}
        assert list(problems_of([right | {"accept": deep, "why": "w"}]))

    def test_survives_the_storage_as_json(self):
        assert parse(json.loads(json.dumps(ACCOMPANIMENT))) == parse(ACCOMPANIMENT)


instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


class TestTheCalendar:
    @given(instants, st.timedeltas(timedelta(0), timedelta(days=90)), st.integers(0, 600), instants)
    def test_has_one_state_at_each_instant_and_never_goes_back(self, opens, length, grace, at):
        closes, grace = opens + length, timedelta(minutes=grace)
        order = [rules.UPCOMING, rules.OPEN, rules.GRACE, rules.CLOSED]
        now = rules.calendar_state(opens, closes, grace, at)
        later = rules.calendar_state(opens, closes, grace, at + timedelta(seconds=1))
        assert order.index(now) <= order.index(later)

    def test_the_bounds_belong_to_the_open_period(self):
        opens, closes = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
        tick, grace = timedelta(microseconds=1), timedelta(minutes=30)

        def state(at):
            return rules.calendar_state(opens, closes, grace, at)

        assert [state(opens - tick), state(opens), state(closes)] == ["upcoming", "open", "open"]
        assert [state(closes + tick), state(closes + grace), state(closes + grace + tick)] == [
            "grace",
            "grace",
            "closed",
        ]
        assert rules.calendar_state(opens, closes, timedelta(0), closes + tick) == "closed"

    def test_a_local_time_that_never_was_is_refused_with_another(self):
        with pytest.raises(Refused) as refusal:
            rules.resolve_local(datetime(2026, 3, 29, 2, 30), PARIS, place="closes_at")
        (problem,) = refusal.value.problems
        assert problem.values["instead"] == "2026-03-29 03:30"

    def test_a_local_time_that_was_twice_closes_at_the_second(self):
        local = datetime(2026, 10, 25, 2, 30)
        first = rules.resolve_local(local, PARIS, place="opens_at")
        second = rules.resolve_local(local, PARIS, place="closes_at", later=True)
        assert (first.twice, second.twice) == (True, True)
        assert second.at - first.at == timedelta(hours=1)

    @given(
        st.datetimes(datetime(1900, 1, 1), datetime(2400, 1, 1)),
        st.sampled_from(["Europe/Paris", "Pacific/Apia"]),
    )
    def test_a_resolved_time_reads_back_the_same(self, local, name):
        zone = rules.zone_named(name)
        try:
            resolved = rules.resolve_local(local, zone, place="closes_at")
        except Refused:
            return
        assert resolved.at.astimezone(zone).replace(tzinfo=None) == local

    @pytest.mark.parametrize(
        "name", ["Europe/Pariss", "Europe", "../../etc/passwd", "", "'; DROP TABLE call; --"]
    )
    def test_a_zone_that_is_none_is_refused(self, name):
        with pytest.raises(Refused):
            rules.zone_named(name)


class CallLife(RuleBasedStateMachine):
    """Whatever people try, in any order, a call only moves along the table and never back."""

    ORDER = ("draft", "published", "closed", "decided", "archived")

    def __init__(self) -> None:
        super().__init__()
        self.state = "draft"
        self.seen = [0]

    @rule(verb=st.sampled_from(["edit", "publish", "extend", "close", "decide", "archive", "reopen", ""]))
    def attempt(self, verb):
        allowed = rules.TRANSITIONS[self.state]
        if verb in allowed:
            self.state = rules.next_state(self.state, verb)
        else:
            with pytest.raises(Refused) as refusal:
                rules.next_state(self.state, verb)
            assert self.state in str(refusal.value)
        self.seen.append(self.ORDER.index(self.state))

    @precondition(lambda self: self.state != "draft")
    @rule()
    def editing_is_over(self):
        with pytest.raises(Refused):
            rules.next_state(self.state, "edit")

    @invariant()
    def never_back(self):
        assert self.seen == sorted(self.seen)


TestCallLife = CallLife.TestCase

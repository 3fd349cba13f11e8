"""What edges and the portal say to each other: what is built is read alike, and nothing else is read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.services.depth_events.engine import events, messages
from bacasable.services.depth_events.engine.messages import (
    Availability,
    Calibration,
    CalibrationAsked,
    Event,
    Occupancy,
    SensorState,
    Statistic,
    Topics,
    build,
    parse,
)

TOPICS = Topics("bacasable/gare")
NOW = 1_780_000_000_000
FALL = Event(
    "new", "0123456789abcdef", "fall", 3, 0.9, "hall-1", "", 2.5, 3.0, NOW, NOW, facts={"seconds": 2.1}
)
keys = st.from_regex(messages.KEY, fullmatch=True)
instants = st.integers(1_000_000_000_000, 2_000_000_000_000)
metres = st.floats(-10_000, 10_000)


@st.composite
def incidents(draw: st.DrawFn) -> Event:
    began = draw(instants)
    updated = began + draw(st.integers(0, 10**8))
    phase = draw(st.sampled_from(["new", "update", "end"]))
    return Event(
        phase,
        draw(st.from_regex(r"[0-9a-f]{16}", fullmatch=True)),
        draw(st.sampled_from(messages.KINDS)),
        draw(st.integers(1, 3)),
        draw(st.floats(0, 1)),
        draw(keys),
        draw(st.just("") | keys),
        draw(metres),
        draw(metres),
        began,
        updated,
        updated if phase == "end" else None,
        draw(st.dictionaries(st.sampled_from(sorted(messages.FACTS)), st.floats(-1e6, 1e6))),
    )


told = st.one_of(
    incidents(),
    st.builds(
        Statistic,
        keys,
        st.just("") | keys,
        instants,
        instants.map(lambda at: at + 10**12),
        st.sampled_from(messages.MEASURES),
        st.none() | st.floats(0, 1e9),
        st.integers(2, 10_000),
    ),
    st.builds(
        SensorState,
        keys,
        st.sampled_from(messages.HEALTHS),
        instants,
        st.sampled_from(messages.MODES),
        st.just("40x30@0.9/25cm,5Hz+outline"),
        st.text(st.characters(exclude_characters="\x7f", exclude_categories=["Cs", "Cc"]), max_size=200),
    ),
    st.builds(Occupancy, keys, st.none() | st.integers(0, 10_000)),
    st.builds(CalibrationAsked, keys, st.integers(1, 60)),
    st.builds(lambda key, at: Calibration(key, 3, 2, bytes(range(12)), at), keys, instants),
    st.builds(Availability, st.booleans()),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(told)
def test_what_is_built_is_read_alike(message: messages.Message) -> None:
    topic, payload = build(TOPICS, message)
    assert parse(topic, payload) == message
    assert messages.read_topic(topic).prefix == TOPICS.prefix


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["available", "events", "statistics", "sensors/a/state", "sensors/a/occupancy",
                     "sensors/a/calibration", "sensors/a/calibration/set", "sensors//state"]),
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    ).map(lambda value: json.dumps(value).encode()),
)  # fmt: skip
def test_whatever_comes_is_read_or_refused_as_a_value(topic: str, payload: bytes) -> None:
    try:
        read = parse(f"bacasable/gare/{topic}", payload)
    except ValueError as refused:
        assert len(str(refused)) < 400
    else:
        assert build(TOPICS, read)[0] == f"bacasable/gare/{topic}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"person": 7}, "not known"),
        ({"facts": {"stature": 1.8}}, "stature"),
        ({"facts": {"people": "3"}}, "facts.people"),
        ({"kind": "weapon"}, "kind"),
        ({"severity": True}, "severity"),
        ({"x_m": 10**400}, "x_m"),
        ({"id": "a@b"}, "id"),
        ({"ended_ms": 1_780_000_000_000}, "ended_ms"),
        ({"started_ms": 12}, "started_ms"),
        ({"zone": "Élodie"}, "zone"),
    ],
)
def test_no_field_and_no_fact_of_a_person_is_read(change: dict[str, object], said: str) -> None:
    topic, payload = build(TOPICS, FALL)
    read = json.loads(payload)
    read["incident"] |= change
    with pytest.raises(ValueError, match=said):
        parse(topic, json.dumps(read).encode())


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("events", b'{"type":"new","type":"end","mode":"intervention","incident":{}}'),
        ("events", b'{"type":NaN}'),
        ("events", b"[" * 2000),
        ("events", b'{"a":"' + b"x" * messages.MOST_BYTES + b'"}'),
        ("events/person/3", b"{}"),
        ("sensors/../state", b"{}"),
        ("sensors/a/occupancy", "٣".encode()),
        ("sensors/a/calibration", b'{"columns":2,"rows":1,"heights_mm":"AA==","at_ms":1780000000000}'),
    ],
)
def test_traps_of_json_and_of_topics_are_refused(topic: str, payload: bytes) -> None:
    with pytest.raises(ValueError):
        parse(f"bacasable/gare/{topic}", payload)


def test_statistics_do_not_pass_where_incidents_are_told() -> None:
    """A statistic is refused on the topic of alerts, and an incident on that of statistics."""
    _, statistic = build(TOPICS, Statistic("a", "", 10**12, 10**12 + 1, "running", 12.0, 10))
    _, incident = build(TOPICS, FALL)
    for topic, payload in ((TOPICS.events, statistic), (TOPICS.statistics, incident)):
        with pytest.raises(ValueError, match="missing"):
            parse(topic, payload)


def test_kinds_are_those_of_the_engine() -> None:
    assert messages.KINDS == events.KINDS


@pytest.mark.parametrize("prefix", ["", "#", "a/+/b", "/a", "a b", "a/", "a" * 61])
def test_a_prefix_that_listens_to_others_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        Topics(prefix)

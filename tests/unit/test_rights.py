"""The clock and the states of a request; reach, access, portability and erasure over stores."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.compliance import access, erasure
from bacasable.compliance.rights import TRANSITIONS, Clock, Part, State, same_controller, step
from bacasable.compliance.store import Erased, Record
from bacasable.privacy.messages import Refused
from tests.factories.exports import declaration

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
WAITS = st.integers(0, 400)
JOBS = declaration()
SERVICE = JOBS.service
#: Whom the first declared kind of person is; the others are nobody in these stores.
KIND = next(iter(JOBS.persons))
NAME = JOBS.data[0].name


@given(INSTANTS, WAITS, st.booleans())
def test_an_answer_is_due_a_month_after_receipt_two_more_when_extended(received, waited, extended):
    clock = Clock(received, waited, extended)
    month, hour = timedelta(days=waited), timedelta(hours=1)  # which daylight saving gives or takes
    assert timedelta(days=28) - hour <= clock.first_month - received - month <= timedelta(days=31) + hour
    if extended:
        assert timedelta(days=57) <= clock.due - clock.first_month <= timedelta(days=65)
    else:
        assert clock.due == clock.first_month


@given(INSTANTS, WAITS, st.timedeltas(timedelta(), timedelta(days=500)), st.booleans())
def test_it_is_extended_once_within_the_first_month_only(received, waited, later, extended):
    clock = Clock(received, waited, extended)
    now = received + later
    assert clock.may_extend(now) == (not extended and now <= clock.first_month)
    assert clock.is_late(now) == (now > clock.due)
    assert not (clock.may_extend(now) and clock.is_late(now))


@given(INSTANTS, WAITS, st.integers(1, 30))
def test_waiting_for_the_identity_never_shortens_the_time(received, waited, more):
    assert Clock(received, waited + more).due > Clock(received, waited).due


@pytest.mark.parametrize(
    ("received", "due"),
    [((2026, 1, 31), (2026, 2, 28)), ((2028, 1, 31), (2028, 2, 29)), ((2026, 11, 30), (2026, 12, 30))],
)
def test_a_month_that_is_shorter_ends_on_its_last_day(received, due):
    assert Clock(datetime(*received, 9, tzinfo=UTC)).due == datetime(*due, 9, tzinfo=UTC)


@given(st.lists(st.sampled_from(State), max_size=12))
def test_no_path_reaches_an_answer_without_a_proved_identity_nor_leaves_an_end(path):
    state, seen = State.RECEIVED, [State.RECEIVED]
    for wanted in path:
        allowed = wanted in TRANSITIONS[state]
        if not allowed:
            with pytest.raises(Refused):
                step(state, wanted)
            continue
        state = step(state, wanted)
        seen.append(state)
    if State.ANSWERED in seen:
        assert seen[seen.index(State.ANSWERED) - 1] is State.IN_PROGRESS
    for end in (State.ANSWERED, State.REFUSED, State.WITHDRAWN):
        if end in seen:
            assert seen[-1] is end
            assert seen.count(end) == 1


class Shelf:
    """A store in memory: values by address."""

    holds = (NAME,)

    def __init__(self, rows, *, fails=False, keeps=False):
        self.rows, self.fails, self.keeps = dict(rows), fails, keeps

    def _mine(self, person):
        if self.fails:
            raise RuntimeError("the disk of somebody@example.org is gone")
        return person.kind == KIND and person.identifiers.get("email") in self.rows

    def find(self, person):
        if self._mine(person):
            yield "shelf/1"

    def export(self, person):
        if self._mine(person):
            yield Record("shelf/1", {NAME: self.rows[person.identifiers["email"]]})

    def erase(self, person, *, by, reason):
        if not self._mine(person):
            return Erased({}, {})
        if self.keeps:
            return Erased({}, {NAME: "the law says so"})
        del self.rows[person.identifiers["email"]]
        return Erased({NAME: 1}, {})

    def search(self, text, *, limit=100):
        if any(text in key for key in self.rows):
            yield "shelf/1"


ME = {"email": "me@example.org"}
ROWS = {"me@example.org": "<script>steal()</script> & mine", "other@example.org": "theirs"}


def test_services_of_another_controller_are_never_reached_nor_joined():
    other = replace(JOBS, service="other", controller=replace(JOBS.controller, name="Another body"))
    again = replace(JOBS, service="again")
    declared = {SERVICE: JOBS, "other": other, "again": again}
    assert same_controller(declared, SERVICE) == (SERVICE, "again")
    with pytest.raises(Refused):
        same_controller(declared, "nowhere")
    parts = (Part(JOBS, {"a": Shelf(ROWS)}), Part(other, {"b": Shelf(ROWS)}))
    with pytest.raises(Refused):
        access.collect(parts, ME)
    with pytest.raises(Refused):
        erasure.erase(parts, ME, by="x", reason="y")
    assert ME["email"] in parts[0].stores["a"].rows, "nothing was erased before the refusal"


def say(message, /, **values):
    return message % values if values else message


def packed(found):
    made = access.archive(
        found, reference="DP-1", at=datetime(2026, 3, 2, tzinfo=UTC), say=say, language="fr"
    )
    return zipfile.ZipFile(io.BytesIO(made))


def test_the_archive_is_plain_escaped_and_holds_nobody_else():
    files = packed(access.collect((Part(JOBS, {"a": Shelf(ROWS)}),), ME))
    page = files.read("index.html").decode()
    assert "<script" not in page + files.read("notice.html").decode(), "what declarations hold is escaped too"
    assert "&lt;script&gt;" in page
    assert '<html lang="fr">' in page
    data = json.loads(files.read("data.json"))
    assert data["complete"]
    assert data["records"][0]["data"] == {NAME: ROWS["me@example.org"]}
    assert all("theirs" not in files.read(name).decode() for name in files.namelist())


def test_a_store_that_fails_is_named_and_the_archive_says_that_it_is_not_complete():
    found = access.collect((Part(JOBS, {"a": Shelf(ROWS), "b": Shelf(ROWS, fails=True)}),), ME)
    data = json.loads(packed(found).read("data.json"))
    assert not data["complete"]
    assert list(data["not_read"]) == [f"{SERVICE}/b"]
    assert "example.org" not in json.dumps(data["not_read"])
    assert len(data["records"]) == 1


@pytest.mark.parametrize(
    "identifiers", [{}, {"email": ""}, {"email": "stranger@example.org"}, {"badge": "7"}]
)
def test_an_identifier_of_nobody_finds_nothing_erases_nothing_and_tells_nothing(identifiers):
    parts = (Part(JOBS, {"a": Shelf(ROWS)}),)
    assert access.collect(parts, identifiers).held == ()
    work = erasure.erase(parts, identifiers, by="x", reason="y")
    assert work.lines == ()
    assert parts[0].stores["a"].rows == ROWS


def test_what_is_kept_is_named_with_its_reason_and_what_fails_does_not_hold_up_the_others():
    stores = {"a": Shelf(ROWS), "b": Shelf(ROWS, keeps=True), "c": Shelf(ROWS, fails=True)}
    work = erasure.erase((Part(JOBS, stores),), ME, by="x", reason="y")
    lines = {line.store: line for line in work.lines}
    assert lines["a"].erased == {NAME: 1}
    assert lines["b"].kept == {NAME: "the law says so"}
    assert lines["c"].stopped
    assert "example.org" not in lines["c"].stopped
    assert not work.is_whole
    stores["c"].fails = False
    again = erasure.erase((Part(JOBS, stores),), ME, by="x", reason="y").after(work)
    assert again.is_proved
    assert again.count == 2
    assert erasure.Work.from_plain(json.loads(json.dumps(again.as_plain()))) == again


def test_only_what_the_person_gave_under_a_consent_or_a_contract_is_portable():
    found = access.collect((Part(JOBS, {"a": Shelf(ROWS)}),), ME)
    bases = {one.basis.name for one in JOBS.purposes if one.key in JOBS.data[0].purposes}
    expected = bool(bases & {"CONSENT", "CONTRACT"}) and JOBS.data[0].source == "person"
    assert bool(access.portable(found)) == expected
    consent = replace(
        JOBS,
        purposes=tuple(replace(one, basis=type(one.basis).CONSENT) for one in JOBS.purposes),
        data=tuple(replace(one, source="person") for one in JOBS.data),
    )
    given_by = access.collect((Part(consent, {"a": Shelf(ROWS)}),), ME)
    assert access.portable(given_by) == {SERVICE: [{NAME: ROWS["me@example.org"]}]}
    elsewhere = replace(consent, data=tuple(replace(one, source="another body") for one in consent.data))
    assert access.portable(access.collect((Part(elsewhere, {"a": Shelf(ROWS)}),), ME)) == {}

"""The defence file: everything about one decision, each entry verifiable, none of another dossier."""

import hashlib
import io
import json
import zipfile

import pytest
from django.urls import reverse

from bacasable.compliance import clock
from bacasable.compliance.canonical import digest
from bacasable.people.models import JournalEntry
from bacasable.programme.committee import actions
from bacasable.programme.committee.models import Deliberation
from tests.factories import files
from tests.factories.decisions import deliberating, sent, take
from tests.factories.people import sign_in, staff

pytestmark = pytest.mark.django_db


def opened(client, room, examination):
    address = reverse("committee:defence", args=[room.call.slug, examination.dossier.reference])
    answer = client.get(address)
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_archive_holds_the_whole_decision_and_every_digest_verifies(client):
    room = deliberating(dossiers=2, scored=True)
    Deliberation.objects.filter(selection=room.selection).delete()
    Deliberation.objects.create(
        selection=room.selection,
        held_at=clock.now(),
        present="The committee.",
        minutes="All agreed.",
        ranking={"dossiers": []},
        recorded_by=room.officer,
    )
    examination, other = room.examinations
    decision = take(room, kinds=["laureate", "refused"])
    letter = decision.outcomes.get(examination=examination).letter
    actions.file_signed_letter(letter=letter, name="s.pdf", content=files.pdf(), by=room.officer)
    actions.send_letters(decision=decision, by=room.officer, accept_unsigned=True)
    sign_in(client, room.officer)
    archive = opened(client, room, examination)
    assert archive.testzip() is None
    names = set(archive.namelist())
    assert {
        "README.txt",
        "dossier/dossier.json",
        "grid.json",
        "scores.json",
        "minutes.txt",
        "ranking.json",
        "mention.txt",
        "decision.json",
        "letter.pdf",
        "letter-signed.pdf",
        "journal.jsonl",
        "journal-head.json",
        "MANIFEST.sha256",
    } <= names
    listed = dict(
        reversed(line.split("  ", 1)) for line in archive.read("MANIFEST.sha256").decode().splitlines()
    )
    assert set(listed) == names - {"MANIFEST.sha256"}
    for name, expected in listed.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == expected, name
    assert listed["letter.pdf"] == letter.sha256
    told = json.loads(archive.read("decision.json"))
    assert told["letter"]["sha256"] == letter.sha256
    assert told["outcome"] == "laureate"
    scores = json.loads(archive.read("scores.json"))
    assert {sheet["expert"] for sheet in scores} == {m.user.name for m in room.members}
    assert all(score["value"] == 4 for sheet in scores for score in sheet["scores"])
    assert len(json.loads(archive.read("grid.json"))["criteria"]) == 2
    assert "All agreed." in archive.read("minutes.txt").decode()
    assert archive.read("mention.txt").strip()
    assert other.dossier.reference.encode() not in b"".join(
        archive.read(name) for name in names if not name.endswith(".pdf")
    )


def test_each_line_of_the_journal_extract_verifies_by_itself(client):
    room = deliberating(dossiers=2)
    examination, other = room.examinations
    sent(room, ["laureate", "refused"])
    sign_in(client, room.officer)
    archive = opened(client, room, examination)
    entries = [json.loads(line) for line in archive.read("journal.jsonl").splitlines()]
    for entry in entries:
        stated = entry.pop("digest")
        assert digest(entry) == stated == JournalEntry.objects.get(number=entry["number"]).digest
    actions_told = {entry["action"] for entry in entries}
    assert {"dossier.submitted", "committee.decided"} & actions_told
    assert {"committee.dossier_decided", "committee.letter_sent", "committee.defence_taken"} <= actions_told
    assert f"dossier:{other.dossier.reference}" not in {entry["subject"] for entry in entries}
    head = json.loads(archive.read("journal-head.json"))
    last = JournalEntry.objects.order_by("-number").first()
    assert head == {"number": last.number, "digest": last.digest}


def test_a_dossier_that_nobody_scored_is_defended_without_scores(client):
    room = deliberating(dossiers=1)
    sent(room, ["refused"])
    sign_in(client, room.officer)
    archive = opened(client, room, room.examinations[0])
    assert json.loads(archive.read("scores.json")) == []
    assert "letter-signed.pdf" not in archive.namelist()


def test_only_the_office_takes_it_and_not_before_the_decision(client):
    room = deliberating(dossiers=1)
    address = reverse("committee:defence", args=[room.call.slug, room.examinations[0].dossier.reference])
    sign_in(client, room.officer)
    assert client.get(address).status_code == 404
    sent(room, ["refused"])
    elsewhere = reverse("committee:defence", args=["other", room.examinations[0].dossier.reference])
    assert client.get(elsewhere).status_code == 404
    for person in (staff("expert"), staff("inspector"), staff("administrator")):
        sign_in(client, person)
        assert client.get(address).status_code == 403

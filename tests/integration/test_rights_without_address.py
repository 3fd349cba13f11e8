"""Who has no address gets their files on paper or sealed; an identifier is found however it was typed."""

import io
import json
import unicodedata

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bacasable.compliance import access, clock
from bacasable.compliance.store import Person, as_told
from bacasable.duties.rights import actions
from bacasable.duties.rights.models import RightsRequest
from bacasable.duties.rights.queries import identifiers_of, parts_of
from bacasable.people.models import JournalEntry
from bacasable.privacy.messages import Refused
from tests.factories.people import UserFactory, sign_in, staff, verified

pytestmark = pytest.mark.django_db

ADDRESS = "zoé.test@example.org"
CODE = "four words and a number 7"


def answered(right: str = "access", **fields: str) -> RightsRequest:
    return RightsRequest.objects.create(
        service="platform",
        right=right,
        body="x",
        state="answered",
        answer="Here.",
        closed_at=clock.now(),
        **fields,
    )


def told(name: str, value: str) -> RightsRequest:
    return answered(identifier_name=name, identifier_value=value)


def test_the_files_are_printed_or_sealed_and_it_is_journalled(client) -> None:
    UserFactory(email=ADDRESS, name="Zoé Test")
    asked = told("email", ADDRESS)
    officer = sign_in(client, staff("dpo"))
    page = reverse("rights:hand_over", args=[asked.public_id])
    assert page in officer.get(reverse("rights:detail", args=[asked.public_id])).content.decode()

    printed = pypdf.PdfReader(io.BytesIO(officer.post(page, {"way": "paper"}).content))
    text = "".join(part.extract_text() for part in printed.pages)
    assert "Zoé Test" in text
    assert "/StructTreeRoot" in printed.trailer["/Root"], "tagged, for who reads by ear"

    assert officer.post(page, {"way": "sealed", "code": "short"}).status_code == 422
    assert officer.post(page, {"way": "sealed"}).status_code == 422
    content = officer.post(page, {"way": "sealed", "code": CODE}).content
    assert b"data.json" not in content and "Zoé".encode() not in content
    sealed = pypdf.PdfReader(io.BytesIO(content))
    assert sealed.decrypt("wrong code wrong") == 0
    assert sealed.decrypt(CODE)
    (data,) = sealed.attachments["data.json"]
    assert ADDRESS in json.dumps(json.loads(data), ensure_ascii=False)
    entries = list(JournalEntry.objects.filter(action="rights.handed_over"))
    assert [entry.facts["way"] for entry in entries] == ["paper", "sealed"]
    assert CODE not in json.dumps([entry.facts for entry in entries])


def test_what_is_portable_on_paper_is_what_was_given_under_consent_or_contract(client) -> None:
    UserFactory(email=ADDRESS, name="Zoé Test")
    asked = answered("portability", identifier_name="email", identifier_value=ADDRESS)
    made = actions.hand_over(asked=asked, code=CODE, by=verified(staff("dpo")), say=lambda text, **_: text)
    sealed = pypdf.PdfReader(io.BytesIO(made), password=CODE)
    given = json.loads(sealed.attachments["data.json"][0])["given"]
    found = access.collect(parts_of("platform"), identifiers_of(asked))
    assert given == access.portable(found)


def test_nobody_else_and_nothing_else_is_handed_over(client) -> None:
    by_link = answered(email=ADDRESS)
    refused = RightsRequest.objects.create(
        service="platform", right="access", body="x", state="refused", closed_at=clock.now()
    )
    officer = sign_in(client, staff("dpo"))
    for asked in (by_link, refused):
        assert officer.get(reverse("rights:hand_over", args=[asked.public_id])).status_code == 404
        with pytest.raises(Refused):
            actions.hand_over(asked=asked, code="", by=verified(staff("dpo")), say=str)
    with pytest.raises(PermissionDenied):
        actions.hand_over(asked=told("email", ADDRESS), code="", by=verified(staff("officer")), say=str)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", f"  {ADDRESS.upper()} "),
        ("email", unicodedata.normalize("NFD", ADDRESS)),
        ("email", f"\u200b{ADDRESS}\ufeff"),
        ("email", f"\u00a0{ADDRESS}\t\n"),
        (" Email ", ADDRESS),
    ],
)
def test_an_identifier_is_found_however_it_was_typed(name: str, value: str) -> None:
    UserFactory(email=ADDRESS, name="Zoé Test")
    found = access.collect(parts_of("platform"), identifiers_of(told(name, value)))
    assert any("Zoé Test" in one.record.values.values() for one in found.held)


def test_identifiers_are_composed_and_without_blanks_around() -> None:
    given = {"file": " e\u0301cole\u00a0 12\u202e ", "number": " \u200b ", "plate": "AB-123-CD"}
    assert as_told(given) == {"file": "école 12", "plate": "AB-123-CD"}
    assert Person("anybody", given).identifiers == as_told(given)

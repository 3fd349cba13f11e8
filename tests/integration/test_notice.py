"""Notices (GDPR art. 13 and 14): made from the declaration, under every public form that collects data."""

import re
from collections.abc import Collection

import pytest
from django.conf import settings
from django.test import Client

from bacasable.compliance import notices
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.exports.installation import context_of
from bacasable.people.permissions import table
from tests.factories.site import Site
from tests.integration.test_url_role_table import addresses, pages

APPLICATION = ("programme.Dossier", "programme.Membership", "programme.Attachment")
#: Public forms that store nothing of what is typed, or whose data another notice told of.
WITHOUT = {
    "call:eligibility": "answers are judged and forgotten",
    "ui:components": "a page of examples",
}


def _said(stored: Collection[str] = APPLICATION) -> str:
    declared = processing_of(catalogue()["platform"])
    context = context_of(None, settings.BACASABLE, language="en", translate=str)
    lines = notices.notice(declared, stored, context).lines
    assert all(sentences and all(sentences) for _label, sentences in lines)
    return " ".join(sentence for _label, sentences in lines for sentence in sentences)


def test_the_settings_name_the_controller_and_how_to_reach_its_officer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = settings.BACASABLE.model_copy(
        update={
            "controller_name": "Authority of Combelune",
            "controller_contact": "1 place du Four",
            "dpo_contact": "dpo@authority.example",
        }
    )
    monkeypatch.setattr(settings, "BACASABLE", told)
    said = _said()
    assert "Authority of Combelune, 1 place du Four" in said
    assert "dpo@authority.example" in said


def test_a_notice_tells_what_its_form_stores_and_nothing_else() -> None:
    declared = processing_of(catalogue()["platform"])
    for stored in (APPLICATION, ("programme.Registration",), ("HOME/erasures.jsonl",)):
        said = _said(stored)
        here = {item.name for item in notices.collected(declared, stored)}
        assert here
        for item in declared.data:
            if item.name in here:
                assert item.label in said


def test_a_form_of_undeclared_data_has_no_notice() -> None:
    with pytest.raises(ValueError, match=r"nowhere\.Model"):
        _said(("nowhere.Model",))


@pytest.mark.django_db
def test_every_public_form_that_collects_data_shows_its_notice(client: Client) -> None:
    site = Site().furnish()
    permissions = table()
    without, seen = [], set()
    for page in pages():
        named = permissions.get(page.permission or "")
        if page.name in WITHOUT or named is None or "public" not in named.roles:
            continue
        for address, _parameters in addresses(page, site):
            answer = client.get(address)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
            forms = re.findall(r'<form[^>]*method="post".*?</form>', main, re.DOTALL)
            if any(re.search(r'<textarea|type="(?:text|email|password|file)"', form) for form in forms):
                seen.add(page.name)
                if "data-collected" not in main:
                    without.append(f"{page.name} ({address}): {{% collected ... %}} under its form")
    assert without == []
    assert {"call:ask", "call:apply", "people:sign_in", "rights:ask"} <= seen

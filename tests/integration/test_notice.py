"""Notices (GDPR art. 13 and 14), made from the declaration.

That every form shows its notice is looked at by the walk over all pages (test_url_role_table).
"""

from collections.abc import Collection

import pytest
from django.conf import settings

from bacasable.compliance import notices
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.exports.installation import context_of

APPLICATION = ("programme.Dossier", "programme.Membership", "programme.Attachment")


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

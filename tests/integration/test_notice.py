"""The notice of an application (GDPR art. 13) names the body that runs the installation."""

import pytest
from django.conf import settings

from bacasable.programme.dossiers.notice import notice


def _said() -> str:
    return " ".join(sentence for _label, sentences in notice().lines for sentence in sentences)


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


def test_a_notice_without_settings_still_says_who() -> None:
    lines = notice().lines
    assert all(sentences and all(sentences) for _label, sentences in lines)

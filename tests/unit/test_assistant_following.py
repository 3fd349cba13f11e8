"""Questions that lean on the one before, questions in English, acronyms that the sheets spell out."""

import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.answering import Asked, Assistant, Settings
from bacasable.services.assistant.engine.answering.following import is_english, leans
from bacasable.services.assistant.engine.minimisation import Shield, nobodys
from bacasable.services.assistant.engine.sheets import Access
from bacasable.services.assistant.engine.trials.readers import RecordingModel
from tests.assistant_sheets import GREY_CARD, LOST_CARD, index, sheet

ASSISTANT = Assistant(index(), settings=Settings(searches_here=True))


@pytest.mark.parametrize(
    "question",
    [
        "et pour un mineur ?",
        "Combien ça coûte ?",
        "quel délai ?",
        "Peut-on la renouveler en ligne ?",
        "Mais si elle est volée ?",
        "Comment faire ?",
        "What about minors?",
    ],
)
def test_a_question_that_names_no_matter_leans_on_the_one_before(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "Combien coûte un passeport ?",
        "Quel est le délai pour contester une amende ?",
        "Passeport",
        "Le timbre fiscal, où l'acheter ?",
        "Comment déclarer un changement d'adresse à la préfecture ?",
        "Et si mon usager a perdu sa carte grise dans un pays hors de l'Union européenne, que déclarer ?",
        "",
    ],
)
def test_a_question_that_names_its_matter_stands_alone(question: str) -> None:
    assert not leans(question)


def test_a_follow_up_is_answered_from_what_the_conversation_is_about() -> None:
    before = "Mon usager a perdu sa carte d'identité, que faire ?"
    asked, *_, ready = ASSISTANT.ask_stream("Et quel délai ?", access=Access(), before=before)
    assert isinstance(asked, Asked)
    assert "carte d'identité" in asked.searched
    quoted = {quotation.sheet.id for quotation in ready.answer.quotations}
    assert quoted == {LOST_CARD.id}
    other = "Quel délai pour un changement d'adresse sur la carte grise ?"
    asked, *_, ready = ASSISTANT.ask_stream(other, access=Access(), before=before)
    assert asked.searched == ""
    assert ready.answer.quotations[0].sheet.id == GREY_CARD.id


def test_the_shield_holds_for_both_questions() -> None:
    model = RecordingModel()
    assistant = Assistant(index(), endpoint=model, settings=Settings())
    before = "Mme Hélène Lefèbvre, 06 12 34 56 78, a perdu sa carte d'identité : que faire ?"
    asked, *_ = assistant.ask_stream(
        "Et quel délai pour Mme Lefèbvre ?", access=Access(), before=before, shield=Shield()
    )
    assert model.requests
    for read in (model.read, asked.searched):
        assert "carte d'identité" in read
        assert not [word for word in ("Lefèbvre", "Hélène", "06 12 34") if word in read]
    with pytest.raises(Refused):
        assistant.ask("Mme Hélène Lefèbvre", access=Access(), before=before)


def test_a_question_in_english_is_searched_and_said_to_be() -> None:
    answer = ASSISTANT.ask("How long does it take for the carte d'identité, perte ?", access=Access())
    assert answer.english
    assert answer.quotations[0].sheet.id == LOST_CARD.id
    assert not ASSISTANT.ask("Quel délai pour une carte d'identité perdue ?", access=Access()).english
    assert not is_english("Le film « The Artist » est-il classé ?")
    assert is_english("How do I renew my French ID card?")


def test_acronyms_that_sheets_spell_out_are_nobodys_name_unless_people_bear_them() -> None:
    made = sheet(
        "x", "Fonds ZOPIK", "Le fonds des zones ouvertes pour individus (FZOPI) et le bureau MARTIN."
    )
    found = index(made).acronyms(Access())
    assert "FZOPI" in found
    assert nobodys({"FZOPI", "MARTIN", "PEPE"}) == {"FZOPI"}

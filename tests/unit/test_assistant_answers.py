"""What the assistant says, asks back and leaves unsaid; what carries a claim and what does not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.answering import UNKNOWN, Abstention, Assistant, Settings
from bacasable.services.assistant.engine.answering.abstention import calibrated
from bacasable.services.assistant.engine.generation import Claim, carried, claims, located, prompts
from bacasable.services.assistant.engine.generation.quantities import Quantity, quantities
from bacasable.services.assistant.engine.sheets import Access, Answer, Case, Filters, Hit, Passage
from tests.assistant_sheets import ABROAD, IN_FRANCE, LOST_CARD, PASSPORT, index, sheet

ASSISTANT = Assistant(index(), settings=Settings(searches_here=True))


def ask(question: str, *chosen: Case, of: tuple[str, str] | None = None) -> Answer:
    return ASSISTANT.ask(question, access=Access(), chosen=chosen, sheet=of)


def words(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_the_section_that_answers_is_quoted_word_for_word() -> None:
    answer = ask("Mme Diallo demande combien coûte une carte d'identité perdue")
    assert words(answer) == ["Le renouvellement est payant : 25 € en timbres fiscaux."]
    assert words(ask("Quel délai pour la carte d'identité perdue ?"))[0].startswith("Le délai de fabrication")
    for quotation in answer.quotations:
        assert quotation.text == LOST_CARD.text[quotation.start : quotation.end]


def test_which_case_applies_is_asked_first_then_its_branch_alone_is_quoted() -> None:
    asked = ask("Où s'adresser pour une première demande de passeport ?")
    assert asked.abstained == "situation"
    assert asked.choice is not None
    assert asked.choice.question == "Où habitez-vous ?"
    assert not asked.sentences
    of = ("sheets", "passport")
    assert words(ask("Où s'adresser pour un passeport ?", ABROAD, of=of)) == [
        "La demande est faite au consulat."
    ]
    assert words(ask("Où s'adresser pour un passeport ?", IN_FRANCE, of=of)) == [
        "La demande est faite dans une mairie équipée."
    ]
    assert len(words(ask("Où s'adresser pour un passeport ?", Case("place", UNKNOWN), of=of))) == 2


def test_what_depends_on_no_case_or_is_told_is_not_asked() -> None:
    assert words(ask("Quelle est la durée de validité d'un passeport ?")) == [
        "Le passeport est valable 10 ans."
    ]
    assert words(ask("Première demande de passeport à l'étranger : où s'adresser ?")) == [
        "La demande est faite au consulat."
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (" \n", "is empty"),
        ("carte " * 20_000, "has 120,000 characters, 2,000 at most"),
        ("Mme Fatou Diallo, 06 12 34 56 78", "nothing is left to search"),
    ],
)
def test_questions_that_are_none(question: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        ask(question)


def test_a_sheet_that_is_gone_or_not_for_the_asker() -> None:
    with pytest.raises(Refused, match="is gone, or not for you"):
        ask("Où s'adresser ?", ABROAD, of=("sheets", "deleted"))
    nothing = ASSISTANT.ask("carte perdue", access=Access(), filters=Filters(frozenset({"other"})))
    assert nothing.abstained == "no_source"


def test_too_far_from_any_sheet_is_left_unsaid() -> None:
    hit = Hit(LOST_CARD, Passage(0, 0, 10), 12.0, similarity=0.9)
    judge = Abstention(topic=7, sure=10, spread=2, on="score").judge
    assert judge("q", [hit]).why == ""
    assert judge("q", [replace(hit, score=9.9)]).why == "unsure"
    assert judge("q", [replace(hit, score=6.0)]).why == "off_topic"
    assert judge("q", []).why == "no_source"
    assert judge("q", [hit]).confidence > judge("q", [replace(hit, score=11.0)]).confidence > 0.5


def test_thresholds_come_from_the_corpus_and_are_kept(tmp_path: Path) -> None:
    sheets = [sheet(str(number), f"Titre {number}", "Texte.") for number in range(40)]

    def found(question: str) -> list[Hit]:
        number = int(question.split()[1]) if question.startswith("Titre") else -1
        near = [Hit(one, Passage(0, 0, 6), float(at), 0.9) for at, one in enumerate(sheets[: number + 1])]
        return near if number >= 0 else [Hit(sheets[0], Passage(0, 0, 6), 3.0, 0.8)]

    made = calibrated(found, sheets, missed=0.5)
    assert (made.topic, made.sure) == (3.0, 20.0)
    made.write(tmp_path / "thresholds.json")
    assert Abstention.read(tmp_path / "thresholds.json") == made
    assert Abstention.read(tmp_path / "none.json") == Abstention()
    (tmp_path / "thresholds.json").write_text('{"topic": 1}')
    with pytest.raises(Refused, match="calibrate again"):
        Abstention.read(tmp_path / "thresholds.json")
    with pytest.raises(Refused, match="wants 20 sheets"):
        calibrated(found, sheets[:3])


HITS = [Hit(LOST_CARD, Passage(0, 0, len(LOST_CARD.text)), 1.0)]


@pytest.mark.parametrize(
    ("sentence", "extract", "why"),
    [
        ("Il faut payer le renouvellement 25 euros.", "Le renouvellement est payant : 25 €", None),
        ("Le renouvellement coûte vingt-cinq euros.", "renouvellement est payant : 25 €", None),
        (
            "Le délai de fabrication est de trois semaines.",
            "Le délai  de fabrication est de 3 semaines",
            None,
        ),
        ("Le renouvellement est payant : 26 €.", "Le renouvellement est payant : 25 €", "quantity"),
        ("Le délai de fabrication est de 3 jours.", "délai de fabrication est de 3 semaines", "quantity"),
        ("Le renouvellement est gratuit.", "Le renouvellement est payant", "words"),
        ("Le délai court avant le dépôt.", "délai de fabrication est de 3 semaines à compter", "words"),
        (
            "La déclaration de perte se fait en préfecture.",
            "La déclaration de perte est faite en mairie",
            "words",
        ),
        (
            "Toutes les déclarations sont faites en mairie.",
            "déclaration de perte est faite en mairie",
            "words",
        ),
        ("Le renouvellement n'est pas payant.", "Le renouvellement est payant", "turned"),
        ("Le renouvellement est payant à Paris.", "Le renouvellement est payant", "name"),
        ("Vos enfants partent en colonie de vacances.", "Le renouvellement est payant", "words"),
        ("Le renouvellement est payant.", "Le renouvellement est très payant", "extract"),
        ("Le délai court.", "5 € en timbres fiscaux", "extract"),
    ],
)
def test_what_a_sheet_carries(sentence: str, extract: str, why: str | None) -> None:
    carries = carried(Claim(sentence, 1, extract), HITS)
    assert (carries if isinstance(carries, str) else None) == why


def test_a_source_that_was_not_given() -> None:
    for source in (0, 2, 7, -1):
        assert carried(Claim("Le renouvellement est payant.", source, "est payant"), HITS) == "source"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 500,00 €", Quantity("number", "1500", "€")),
        ("quatre-vingt-dix-sept jours", Quantity("number", "97", "jour")),
        ("le 1er mars 2024", Quantity("date", "2024-03-01")),
        ("01/03/2024", Quantity("date", "2024-03-01")),
        ("l'article L. 311-3-1 du code", Quantity("article", "L311-3-1")),
        ("art. R421-5", Quantity("article", "R421-5")),
        ("à 8h30", Quantity("time", "8:30")),
        ("sur www.ants.gouv.fr.", Quantity("address", "ants.gouv.fr")),
    ],
)
def test_quantities_have_one_form(text: str, found: Quantity) -> None:
    assert quantities(text) == {found}


@settings(max_examples=40)
@given(st.text(max_size=60), st.integers(1, 9), st.text(max_size=60), st.integers(1, 9), st.text(max_size=9))
def test_claims_are_read_however_they_are_wrapped_and_cut(
    sentence: str, source: int, extract: str, step: int, around: str
) -> None:
    wrap = around.replace("{", "")
    line = json.dumps({"phrase": sentence, "source": source, "extrait": extract}, ensure_ascii=False)
    stream = f"```json\n[{line},{wrap}{line}"
    pieces = [stream[at : at + step] for at in range(0, len(stream), step)]
    assert list(claims(pieces)) == [Claim(" ".join(sentence.split()), source, extract.strip())] * 2


@settings(max_examples=40)
@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from([" ", "\u00a0", "\n", "  "]))
def test_an_extract_is_found_whatever_its_spaces_and_only_whole(start: int, length: int, space: str) -> None:
    text = PASSPORT.text
    extract = text[start : start + length]
    if place := located(extract.replace(" ", space), text, 0, len(text)):
        assert "".join(text[slice(*place)].split()) in "".join(text.split())
    assert located("10 an", "Il est valable 110 ans", 0, 22) is None


def test_prompts_are_versioned_and_never_read_what_fills_them() -> None:
    for one in prompts():
        assert one.version >= 1
        assert len(one.digest) == 64
    answer = next(one for one in prompts() if one.name == "answer")
    filled = answer.messages(nonce="n", most=1, sources="$question", question="${most}", situation="")
    assert "$question" in filled[1]["content"]
    assert "${most}" in filled[1]["content"]

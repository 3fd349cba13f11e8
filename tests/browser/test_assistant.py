"""An agent asks, reads the source, corrects what was hidden, replies, forgets; by keyboard at the start."""

from collections.abc import Callable

from tests.browser.demonstration import Demonstration
from tests.browser.keyboard import Keyboard
from tests.browser.test_every_page import faults
from tests.browser.visitors import Visitor

Arrivals = Callable[..., Visitor]
FILL = """
from dataclasses import replace
from bacasable.services.assistant.web import running
from bacasable.services.assistant.web.models import Collection
from tests.assistant_sheets import GREY_CARD, LOST_CARD, PASSPORT
made, _new = Collection.objects.get_or_create(
    key="journey", defaults={"title": "Fiches du parcours", "is_open": True}
)
# the shipped sheets would answer too, from other cases: three sheets alone, and the thresholds of so few
running.index().remove("service-public")
(running.folder() / "abstention.json").unlink(missing_ok=True)
sheets = [replace(sheet, collection="journey") for sheet in (GREY_CARD, LOST_CARD, PASSPORT)]
running.index().replace("journey", sheets, running.readers_of(made))
running.index().embed()
"""
QUESTION = "Mme Hélène Lefèbvre, 06 12 34 56 78, a perdu sa carte d'identité : délai de fabrication ?"


def test_from_a_question_to_a_reply(demo: Demonstration, visitor: Arrivals) -> None:
    demo.installation.python(FILL)
    agent = visitor("officer")
    page, keyboard = agent.page, Keyboard(agent.page)
    agent.goes_to("/services/assistant/")
    assert faults(page) == []
    keyboard.reaches("[name=question]")
    page.keyboard.type(QUESTION)
    keyboard.follows("main button[type=submit]")
    assert "/conversations/" in page.url
    assert "Le délai de fabrication est de 3 semaines" in page.locator("[data-read-aloud]").inner_text()
    assert page.locator("main mark", has_text="Lefèbvre").count() >= 1
    for summary in page.locator("main details summary").all():
        summary.click()
    assert faults(page) == []
    agent.shows("assistant-answer", whole=True)
    page.locator("[data-copy]").first.click()
    page.locator("[data-tools-status]", has_text="Copié").first.wait_for(state="visible")

    agent.presses("main a[href*='#quoted']")
    assert page.locator("#quoted").is_visible()
    assert faults(page) == []
    page.go_back()

    page.locator("main details summary", has_text="Ce qui a été masqué").click()
    page.get_by_role("checkbox", name="06 12 34 56 78").check()
    agent.presses("main form[action$='/correct/'] button")
    hidden = page.locator("main h2 mark").all_inner_texts()
    assert "06 12 34 56 78" not in hidden
    assert any("Lefèbvre" in text for text in hidden)

    page.locator("main details summary", has_text="Répondre à la personne").click()
    agent.presses("button[name=kind][value=letter]")
    assert "Lefèbvre" in page.locator("[name=recipient]").input_value()
    assert faults(page) == []
    keyboard.follows("button[name=validate]")
    assert "Vous avez validé cette réponse" in page.locator("main").inner_text()

    agent.goes_to("/services/assistant/conversations/")
    assert faults(page) == []
    agent.presses("main form[action$='/erase/'] button")
    assert page.locator("main form[action$='/erase/']").count() == 0


def test_sensitive_words_and_a_situation_are_asked_first(demo: Demonstration, visitor: Arrivals) -> None:
    demo.installation.python(FILL)
    agent = visitor("officer")
    page = agent.page
    agent.goes_to("/services/assistant/")
    page.locator("[name=question]").fill(
        "Mon usager, M. Alain Bernard, est séropositif. Où demander un passeport ?"
    )
    agent.presses("main button[type=submit]")
    assert "séropositif" in page.locator("main [role=alert]").inner_text()
    assert faults(page) == []
    agent.presses("button[name=confirmed]")
    page.get_by_role("radio", name="À l'étranger").check()
    assert faults(page) == []
    agent.presses("main form[action$='/situation/'] button")
    assert "La demande est faite au consulat" in page.locator("[data-read-aloud]").inner_text()
    assert "mairie équipée" not in page.locator("main section").inner_text()

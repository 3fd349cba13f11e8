"""A household reads its home, answers a leak, takes its data away; agents and the officer read boards."""

import json
from collections.abc import Callable
from typing import Any

from pypdf import PdfReader

from tests.browser.demonstration import Demonstration
from tests.browser.keyboard import Keyboard
from tests.browser.test_every_page import faults
from tests.browser.visitors import Visitor

Arrivals = Callable[..., Visitor]
CODE = """
from bacasable.services.water_use.web.actions import access
from bacasable.services.water_use.web.models import Access, Contract
from bacasable.people.models import User
person = User.objects.get(name="Alix Montreuil").public_id
contract = Contract.objects.get(accesses__identity=person)
print(access.make_code(contract=contract, by="system"))
"""


def table(page: Any, caption: str) -> Any:
    """Return the table of a page whose caption begins so."""
    return page.locator(f"main table:has(caption:text('{caption}'))")


def test_a_household_reads_its_home_and_uses_its_rights(demo: Demonstration, visitor: Arrivals) -> None:
    household = visitor("candidate")
    page, keyboard = household.page, Keyboard(household.page)
    household.goes_to("/services/water-use/")
    assert faults(page) == []
    keyboard.follows("main a[href*='/homes/']")
    assert page.locator("main svg.bac-chart-svg").count() == 1
    assert faults(page) == []
    household.shows("water-home", whole=True)
    home = page.url.removeprefix(demo.url)

    household.presses("main a[href$='/days/']")
    assert "Dernier relevé" in page.locator("main").inner_text()
    page.locator("main details summary").first.click()
    assert page.locator("main table tbody tr").count() >= 1
    assert faults(page) == []
    household.presses("main a[href$='/hours/']")
    assert faults(page) == []

    household.goes_to(f"{home}leaks/")
    page.get_by_role("radio", name="C’était une fuite, elle est réparée").first.check()
    assert faults(page) == []
    keyboard.follows("main form[action*='/leaks/'] button[type=submit]")
    assert "Merci" in page.locator("main").inner_text()

    household.goes_to(f"{home}advice/")
    assert faults(page) == []
    household.presses("main button[name=action]")
    assert "Ce que j’ai fait" in page.locator("main").inner_text()

    household.goes_to(f"{home}rights/")
    assert faults(page) == []
    household.presses("main form[action$='/objection/'] button")
    assert "opposition" in page.locator("main").inner_text()
    with page.expect_download() as taken:
        page.locator("main a[href$='home.json']").click()
    assert json.loads(taken.value.path().read_text())["contract"]["name"] == "Alix Montreuil"
    household.goes_to(home)
    with page.expect_download() as letter:
        page.locator("main a[href$='.pdf']").first.click()
    printed = PdfReader(letter.value.path())
    root = printed.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "fr"
    assert printed.metadata is not None and printed.metadata.title
    assert "Alix Montreuil" in printed.pages[0].extract_text()


def test_the_comparison_is_worked_out_in_the_browser_and_nothing_is_sent(visitor: Arrivals) -> None:
    household = visitor("candidate")
    page = household.page
    household.goes_to("/services/water-use/")
    household.presses("main a[href*='/homes/']")
    household.presses("main a[href$='/comparison/']")
    page.locator("[data-compare-private]").wait_for(state="visible")
    assert faults(page) == []
    household.shows("water-comparison", whole=True)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.locator("[name=members]").fill("3")
    page.locator("[name=dwelling]").select_option("flat")
    page.locator("[name=garden]").select_option("no")
    Keyboard(page).reaches("form[data-compare] button:not([name])")
    page.keyboard.press("Enter")
    page.locator("[data-compare-result] ul").wait_for(state="visible")
    shown = page.locator("[data-compare-result]").inner_text()
    assert "Comme ils sont répartis" in shown and "foyers ou plus" in shown
    assert page.locator("[data-compare-server]").is_hidden()
    assert sent == []
    assert faults(page, crossed=False) == []


def test_a_code_opens_a_home_in_brief(demo: Demonstration, visitor: Arrivals) -> None:
    code = demo.installation.python(CODE)
    anybody = visitor()
    page, keyboard = anybody.page, Keyboard(anybody.page)
    anybody.goes_to("/services/water-use/")
    keyboard.reaches("[name=code]")
    page.keyboard.type("AAAA-AAAA")
    keyboard.follows("main form:has([name=code]) button")
    assert page.locator(".govuk-error-summary").is_visible()
    assert faults(page) == []
    page.locator("[name=code]").fill(code)
    anybody.presses("main form:has([name=code]) button")
    assert page.locator("main table").count() == 1
    assert page.locator("main svg.bac-chart-svg").count() == 0
    assert faults(page) == []
    anybody.presses("main form[action$='/leave/'] button")
    assert anybody.goes_to("/services/water-use/code/") == 200
    assert page.url.endswith("/services/water-use/")


def test_the_utility_reads_districts_and_leaks_and_no_curve(visitor: Arrivals) -> None:
    agent = visitor("officer")
    page = agent.page
    agent.goes_to("/services/water-use/districts/")
    assert page.locator("svg.water-map path").count() >= 5
    headings = table(page, "Secteurs et leurs relevés").locator("thead th").all_inner_texts()
    assert {"Jours en partie estimés", "Dernier jour relevé"} <= set(headings)
    assert faults(page, crossed=False) == []
    agent.presses("main table a[href*='Centre']")
    assert page.locator("main svg.bac-chart-svg").count() == 2  # its days, and the week ahead
    assert "Prévision triviale" in page.locator("main").inner_text()
    assert page.locator("main table").last.locator("tbody tr").count() >= 7
    assert faults(page, crossed=False) == []

    agent.goes_to("/services/water-use/desk/")
    states = page.locator("main ul a[href^='?state='], main ul strong").all_inner_texts()
    assert len(states) == 4 and all(state.endswith(")") for state in states)
    assert "Alix Montreuil" not in page.locator("main").inner_text()
    assert faults(page, crossed=False) == []
    agent.presses("main table a[href*='leaks/']")
    assert page.locator("main svg.bac-chart-svg").count() == 0
    assert faults(page, crossed=False) == []
    page.locator("main [name=reason]").fill("Le foyer demande pourquoi son alerte dure.")
    agent.presses("main form[action$='/case/'] button")
    assert page.locator("main svg.bac-chart-svg").count() == 1
    assert faults(page, crossed=False) == []


def test_the_officer_reads_what_is_hidden_spent_and_measured(visitor: Arrivals) -> None:
    officer = visitor("dpo")
    page = officer.page
    officer.goes_to("/services/water-use/protection/")
    hidden = table(page, "Groupes par mois").locator("tbody tr").first.locator("td").all_inner_texts()
    assert sum(int(count) for count in hidden[-3:]) > 0
    scores = table(page, "Attaques et promesses").locator("tbody tr")
    assert scores.count() == 10
    assert {text.strip() for text in scores.locator("td:nth-last-child(2)").all_inner_texts()} == {"réussi"}
    assert faults(page) == []

"""A synthesis that waits for its project: reply, answer, publication, a late reply, an erratum."""

import io
import re
from collections.abc import Callable

from pypdf import PdfReader

from tests.browser.demonstration import Demonstration
from tests.browser.test_every_page import faults
from tests.browser.visitors import Visitor

Arrivals = Callable[..., Visitor]
#: The project of the demonstration whose synthesis waits for a reply, and a word of its title.
PROJECT, WORD = "eliott.garance@cc-brumes.example", "retenir"
REPLY = "Nous gardons les phrases repères hors des journaux."
ANSWER = "Le passage le dit désormais."
LATE = "Une précision qui arrive après la publication."


def _publishes(editor: Visitor) -> str:
    """Publish the synthesis on the screen and return its permanent address."""
    editor.presses("main a[href$='/publish/']")
    editor.presses("main form:has([name=confirm]) button")
    assert editor.page.locator(".govuk-error-summary").count() == 1
    assert faults(editor.page) == []
    editor.page.locator("[name=confirm]").check()
    editor.presses("main form:has([name=confirm]) button")
    found = [path for path in editor.links("/publications/") if re.fullmatch(r"/publications/[\w-]+/", path)]
    return found[0] if found else "/" + editor.page.url.split("/", 3)[3]


def test_from_the_reply_to_the_erratum(own_demo: Demonstration, own_visitor: Arrivals) -> None:
    project = own_visitor()
    project.signs_in(own_demo, PROJECT)
    page, file = project.page, project.support_file()
    reference = file.strip("/").partition("/")[2]
    project.goes_to(f"{file}synthesis/")
    page.locator("main [name=text]").fill(REPLY)
    page.locator("main [name=is_public]").check()
    project.presses("main form:has([name=text]) button")
    assert REPLY in page.locator("main").inner_text()

    editor = own_visitor("editor")
    editor.goes_to("/syntheses/")
    begun = editor.page.locator("main .synthesis-result", has_text=reference)
    compose = begun.locator("a[href^='/syntheses/']").get_attribute("href")
    editor.goes_to(compose)
    assert editor.page.locator(f"main a[href='{compose}publish/']").count() == 0, (
        "the project may still reply"
    )
    editor.presses("main a[href*='/replies/']")
    editor.page.locator("main [name=response]").fill(ANSWER)
    editor.presses("main form:has([name=response]) button")
    editor.goes_to(f"{compose}preview/")
    editor.shows("synthesis-preview", whole=True)
    assert editor.page.locator(".synthesis-sides__row").count() > 2

    project.goes_to(f"{file}synthesis/")
    assert ANSWER in page.locator("main").inner_text()
    project.presses(f"main form[action='{file}synthesis/agree/'] button")
    writing = project.another_tab()
    writing.goto(f"{project.url}{file}synthesis/")
    writing.locator("main [name=text]").fill(LATE)
    editor.goes_to(compose)
    address = _publishes(editor)

    public = own_visitor()
    assert public.goes_to(address) == 200
    public.shows("synthesis", whole=True)
    read = public.page.locator("main").inner_text()
    assert REPLY in read
    assert ANSWER in read
    request = public.context.request
    pdf = request.get(f"{public.url}{address}synthesis.pdf").body()
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    for everything in ("feed.xml", "publications.csv"):
        assert address in request.get(f"{public.url}/publications/{everything}").text(), everything
    for words, is_found in ((WORD, True), ("introuvable", False)):
        public.goes_to(f"/publications/?words={words}")
        assert (address in public.links("/publications/")) is is_found

    with writing.expect_navigation() as navigation:
        writing.locator("main form:has([name=text]) button").click()
    assert navigation.value.status == 422
    assert writing.locator("main [name=text]").input_value() == LATE, "what was typed stays"
    assert LATE not in request.get(public.url + address).text()
    with writing.expect_navigation():
        writing.locator("main button[name=late]").click()
    assert LATE in writing.locator("main").inner_text()
    editor.goes_to(compose)
    assert LATE in editor.page.locator("main").inner_text()

    editor.goes_to(f"{compose}correct/")
    summary = editor.page.locator("main [name=summary]")
    before = summary.input_value()
    editor.page.locator("main [name=reason]").fill("La fréquence manquait.")
    summary.fill(f"{before} Une fois par trimestre.")
    editor.presses("main form:has([name=reason]) button")
    public.goes_to(address)
    public.presses(f"main a[href='{address}changes/2/']")
    assert "trimestre" in public.page.locator("main ins").all_inner_texts()[0]
    public.shows("erratum")
    assert public.goes_to(f"{address}versions/1/") == 200
    assert "La fréquence manquait." not in public.page.locator("h1").inner_text()
    assert LATE not in public.page.locator("main").inner_text()

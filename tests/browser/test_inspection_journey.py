"""An inspector reads what the president opens by law, and nothing else."""

from collections.abc import Callable
from datetime import timedelta

from bacasable.compliance import clock
from tests.browser.visitors import Visitor


def test_an_inspector_reads_the_dossier_opened_by_law_only(visitor: Callable[..., Visitor]) -> None:
    president, inspector = visitor("president"), visitor("inspector")
    president.goes_to("/support/")
    opened, closed = [path.split("/")[2] for path in president.links("/support/") if path.count("/") == 3][:2]
    inspector.goes_to("/inspection/")
    assert inspector.links("/inspection/") == []
    assert inspector.page.locator("main a[href*='/dossiers/'], main a[href^='/support/']").count() == 0

    president.goes_to(f"/desk/dossiers/{opened}/exceptions/")
    page = president.page
    page.locator("main [name=ground]").first.check()
    page.locator("main [name=reasons]").fill("Réclamation reçue, fictive.")
    until = clock.now() + timedelta(days=20)
    page.locator("main [name=ends_at]").fill(f"{until:%Y-%m-%d}")
    president.presses("main form:has([name=reasons]) button")
    assert page.locator(".govuk-error-summary").count() == 0

    inspector.goes_to("/inspection/")
    (address,) = inspector.links("/inspection/")
    assert inspector.goes_to(address) == 200
    assert opened in inspector.page.locator("main").inner_text()
    inspector.shows("inspection", whole=True)
    for reference in (opened, closed):
        for path in (f"/dossiers/{reference}/", f"/support/{reference}/", f"/desk/dossiers/{reference}/"):
            assert inspector.goes_to(path) in (403, 404), path

    president.goes_to(f"/desk/dossiers/{opened}/exceptions/")
    president.presses("main form[action$='/close/'] button")
    assert inspector.goes_to(address) == 404

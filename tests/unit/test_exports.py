"""Every format of a declaration: what it says, what it lists as missing, and what it lets nobody run."""

import csv
import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from importlib.metadata import EntryPoint

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bacasable.compliance.exports.interface import Context, Export, NotDue
from bacasable.compliance.exports.loading import ExportError, assemble, available
from bacasable.compliance.exports.sheet import as_html, as_page
from bacasable.compliance.processing import AutomatedDecisions, Processing
from bacasable.exchange.sheets import as_pdf
from bacasable.privacy.cells import FORMULA_STARTS
from tests.factories.exports import AT, HOSTILE, context, declaration, measured, missing, text

_TAGS = set(
    "html head meta title style body main h1 h2 p dl dt dd table caption thead tbody tr th td ul li".split()  # noqa: SIM905
)
KEYS = ("dpv", "inventory", "mention", "model-card", "pia", "register")


def test_our_formats_enter_by_the_door_of_plugins() -> None:
    assert tuple(available()) == KEYS
    for key, one in available().items():
        assert one.key == key
        assert one.file_name(declaration()) == f"aid-{key}.{one.extension}"
        assert one.file_name(declaration(), "pdf") == f"aid-{key}.pdf"


class TestPlugins:
    def point(self, name: str, value: str) -> EntryPoint:
        return EntryPoint(name, value, "bacasable.exports")

    def test_one_that_does_not_load_is_named(self) -> None:
        with pytest.raises(
            ExportError, match=r"export 'odd' \(no_such_module:X.*ModuleNotFoundError.*without odd"
        ):
            assemble([self.point("odd", "no_such_module:X")])
        assert assemble([self.point("odd", "no_such_module:X")], without=["odd"]) == {}

    def test_one_that_is_no_format_or_takes_a_key_is_named(self) -> None:
        ours = "bacasable.compliance.exports.register:EXPORT"
        with pytest.raises(ExportError, match="is a tuple, not an Export"):
            assemble([self.point("odd", "bacasable.compliance.exports.register:COLUMNS")])
        with pytest.raises(ExportError, match="its key 'register' is that of export 'one'"):
            assemble([self.point("one", ours), self.point("two", ours)])

    def test_code_of_others_is_not_imported_beside_dossiers(self) -> None:
        with pytest.raises(ExportError, match="deployment 'authority'"):
            assemble([self.point("odd", "no_such_module:X")], deployed="authority")


@pytest.mark.parametrize("key", KEYS)
class TestForPeople:
    def test_the_page_holds_nothing_of_what_people_wrote_but_text(self, key: str) -> None:
        page = as_page(available()[key].sheet(declaration(title=HOSTILE), context())).decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert '<html lang="en">' in page
        parser = _Tags()
        parser.feed(page)
        assert parser.tags <= _TAGS
        assert not parser.attributes - {"lang", "charset", "name", "content", "scope"}

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_the_pdf_is_tagged_and_has_title_and_language(self, key: str, language: str) -> None:
        with translation.override(language):
            within = context(language=language, translate=translation.gettext)
            sheet = available()[key].sheet(declaration(), within)
            reader = PdfReader(io.BytesIO(as_pdf(sheet, made_at=AT)))
        root = reader.trailer["/Root"]
        assert "/StructTreeRoot" in root
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == language
        assert b"pdfuaid" in root["/Metadata"].get_data()
        assert reader.metadata is not None and reader.metadata.title == sheet.title

    def test_the_sheet_lists_what_the_file_lacks(self, key: str) -> None:
        bare = Context()
        sheet = available()[key].sheet(declaration(), bare)
        made = available()[key].render(declaration(), bare)
        assert sheet.missing == made.missing
        shown = as_html(sheet)
        assert "What could not be filled, and where to fill it" in shown
        for one in made.missing:
            assert one.where
        if sheet.missing:
            assert len(sheet.missing) == shown.split("What could not be filled")[1].count("<tr>") - 1

    def test_sources_show_how_far_they_were_checked(self, key: str) -> None:
        sheet = available()[key].sheet(declaration(), context())
        assert sheet.sources
        assert all(line.endswith(")") for line in sheet.source_lines())

    def test_the_file_is_the_same_for_the_same_declaration_and_date(self, key: str) -> None:
        assert text(key) == text(key)


#: Any text of Unicode; halves of surrogates are none, and a declaration that holds one has no digest.
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


class TestRegister:
    def rows(self, of: Processing | None = None, within: Context | None = None) -> list[dict[str, str]]:
        content = text("register", of, within)
        assert content.startswith("\ufeff")
        return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"), newline="")))

    def test_a_row_for_each_purpose_with_its_own_data_only(self) -> None:
        first, second = self.rows()
        assert first["purpose"] == "grant the aid"
        assert first["controller"] == "City of Aubelune, city@aubelune.example"
        assert first["joint controllers"] == "The department, dept@example"
        assert first["categories of persons"] == "people who apply"
        assert first["special categories"] == "health (GDPR 9(1))"
        assert first["processors"] == "Host Ltd (contract: contract 12)"
        assert first["recipients"] == "the bank"
        assert first["transfers outside the Union and their guarantees"].startswith(
            "Host Ltd, Canada: adequacy"
        )
        assert first["storage durations"].startswith("requests for aid: 12 months from: the decision")
        assert "interval 0 to 0.0036" in first["security measures"]
        assert "substantial public interest (GDPR 9(2)(g))" in first["lawful basis"]
        assert first["automated decisions"].startswith("yes, allowed by GDPR 22(2)(b)")
        assert first["impact assessment"] == "due; validated"
        assert second["recipients"] == ""
        assert second["source of the data"] == "the tax office"
        assert second["special categories"] == ""

    def test_no_cell_is_computed(self) -> None:
        for row in self.rows(declaration(title=HOSTILE)):
            assert not any(cell.startswith(FORMULA_STARTS) for cell in row.values())
            assert row["processing"] == f"'{HOSTILE}"

    def test_what_is_not_told_is_listed_with_its_setting(self) -> None:
        found = dict(missing("register", within=Context()))
        assert "BACASABLE_CONTROLLER_NAME" in found.values()
        told = dict(missing("register"))
        assert "BACASABLE_CONTROLLER_NAME" not in told.values()
        assert "bacasable check aid --control files_sealed" in found.values()
        assert "bacasable check aid --control files_sealed" not in told.values()

    def test_evidence_of_an_earlier_declaration_is_told_and_listed(self) -> None:
        within = context(measured={"files_sealed": replace(measured(declaration()), is_current=False)})
        assert any("as it is now" in what for what, _ in missing("register", within=within))


class TestMention:
    def test_it_says_what_the_code_asks_for(self) -> None:
        said = text("mention")
        for part in (
            "on the basis of an algorithmic processing (points of the aid)",
            "Its purpose is to: grant the aid",
            "https://combelune.example/rules",
            "R. 311-3-1-1 and R. 311-3-1-2",
            "City of Aubelune, city@aubelune.example",
            "within one month",
            "two months",
            "CADA",
            "by automated processing alone",
        ):
            assert part in said, part

    def test_in_french_it_is_the_model_of_the_guide(self) -> None:
        with translation.override("fr"):
            said = text("mention", within=context(language="fr", translate=translation.gettext))
        said = " ".join(said.split())
        for part in (
            "Information sur l’utilisation d’un traitement algorithmique",
            "a été prise sur le fondement d’un traitement algorithmique",
            "vous pouvez demander la communication des règles définissant ce traitement",
            "dans un délai d’un mois",
            "vous disposez d’un délai de deux mois pour saisir la Commission d’accès aux documents "
            "administratifs",
            "www.cada.fr",
        ):
            assert part in said, part

    @pytest.mark.parametrize("key", ["mention", "inventory"])
    def test_it_is_made_only_where_a_decision_rests_on_an_algorithm(self, key: str) -> None:
        none = declaration(algorithms=(), automated_decisions=AutomatedDecisions(False))
        with pytest.raises(NotDue, match=r"exports\.py: Processing\(algorithms="):
            text(key, none)
        undescribed = declaration(algorithms=())
        assert (
            "the algorithm behind the automated decisions that are declared",
            "exports.py: Processing(algorithms=(Algorithm(...),))",
        ) in missing(key, undescribed)

    def test_the_scoring_grid_of_the_programme_has_one(self) -> None:
        from bacasable.programme.processing import PROCESSING

        assert "A person took the decision" in text("mention", PROCESSING)
        assert ("department in charge" in dict(missing("inventory", PROCESSING))) is True


class TestInventory:
    def test_it_has_the_fields_of_the_guide(self) -> None:
        said = text("inventory")
        for part in (
            "| Administration concerned | City of Aubelune |",
            "| Level of automation | decision entirely automated |",
            "| Individual decisions a year | 1200 |",
            "| Data processed | disability |",
            "| Kind of algorithm | rules written by people |",
            "| Operations | a sum of points |",
            "disability counts double",
        ):
            assert part in said, part
        assert "mail" not in said.split("Data processed")[1].split("|")[1]

    def test_each_field_that_is_not_declared_is_listed(self) -> None:
        bare = replace(
            declaration().algorithms[0],
            data=(),
            step="",
            operations="",
            parameters="",
            affects="",
            decisions_per_year=None,
            rules_at="",
            source_at="",
        )
        places = [where for _, where in missing("inventory", declaration(algorithms=(bare,)))]
        for name in (
            "data",
            "step",
            "operations",
            "parameters",
            "affects",
            "decisions_per_year",
            "source_at",
        ):
            assert f"exports.py: Algorithm({name}=...)" in places


@given(WORDS, WORDS)
@settings(max_examples=12)
def test_any_words_of_a_declaration_give_every_format_its_page_and_its_pdf(title: str, label: str) -> None:
    hub = pytest.importorskip("huggingface_hub")
    rdflib = pytest.importorskip("rdflib")
    told = declaration()
    said = replace(told.data[0], label=label, source=title)
    of = declaration(title=title, data=(said, *told.data[1:]))
    within = context(measured={"files_sealed": measured(of, title=title, unit=label)})
    made = {key: one.render(of, within).content.decode() for key, one in available().items()}
    json.loads(made["pia"])
    graph = rdflib.Graph().parse(data=made["dpv"], format="json-ld")
    assert len(graph) > 20
    rows = list(csv.reader(io.StringIO(made["register"].removeprefix("\ufeff"), newline="")))
    assert [len(row) for row in rows] == [len(rows[0])] * 3
    (result,) = hub.ModelCard(made["model-card"]).data.eval_results
    # Control characters are no text that YAML holds.
    if (title + label).isprintable():
        assert (result.dataset_name, result.metric_name) == (title, label)
    for one in available().values():
        sheet = one.sheet(of, within)
        assert as_page(sheet).startswith(b"<!DOCTYPE html>")
    assert as_pdf(available()["register"].sheet(of, within)).startswith(b"%PDF-")


def test_a_format_of_somebody_else_is_one_class() -> None:
    theirs = Export(
        "theirs", "Theirs", "text/plain", "txt", available()["mention"].render, available()["mention"].sheet
    )
    assert theirs.render(declaration(), context()).content == text("mention").encode()

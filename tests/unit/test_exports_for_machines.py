"""The formats that machines read: DPV and the model card."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from bacasable.compliance.exports import dpv
from bacasable.compliance.exports.interface import Context, NotDue
from bacasable.compliance.processing import AiActProfile, AutomatedDecisions, Processing
from tests.factories.exports import context, declaration, measured, missing, text


class TestDpv:
    def published(self) -> set[str]:
        folder = Path(os.environ.get("BACASABLE_FORMATS", "")) / "dpv"
        if not os.environ.get("BACASABLE_FORMATS") or not folder.is_dir():
            pytest.skip("BACASABLE_FORMATS names no folder with dpv/: the lists of DPV are not here")
        return {
            row["iri"]
            for path in folder.glob("*.csv")
            for row in csv.DictReader(path.open(encoding="utf-8", newline=""))
        }

    def test_every_term_is_in_the_published_lists(self) -> None:
        published = self.published()
        for term in dpv.TERMS:
            prefix, _, name = term.partition(":")
            assert dpv.PREFIXES[prefix] + name in published, term

    @pytest.mark.parametrize("of", ["aid", "platform"])
    def test_rdflib_reads_it_and_every_iri_of_dpv_is_published(self, of: str) -> None:
        rdflib = pytest.importorskip("rdflib")
        from bacasable.programme.processing import PROCESSING

        chosen = declaration() if of == "aid" else PROCESSING
        graph = rdflib.Graph().parse(data=text("dpv", chosen), format="json-ld")
        published = self.published()
        used = {str(node) for triple in graph for node in triple if isinstance(node, rdflib.URIRef)}
        ours = {iri for iri in used if iri.startswith("https://w3id.org/dpv")}
        assert ours and ours <= published
        assert not {iri for iri in used if iri.startswith(("dpv:", "pd:", "eu-"))}
        term = rdflib.Namespace("https://w3id.org/dpv#")
        gdpr = rdflib.Namespace("https://w3id.org/dpv/legal/eu/gdpr#")
        purposes = set(graph.objects(None, term.hasPurpose))
        assert len(purposes) == len(chosen.purposes)
        assert (None, term.hasLegalBasis, gdpr["A6-1-e"]) in graph
        assert len(set(graph.objects(None, term.hasPersonalData))) == len(chosen.data)

    def test_special_categories_grounds_and_the_class_of_the_system_have_their_terms(self) -> None:
        made = json.loads(text("dpv"))
        grant = made["dpv:hasPersonalDataProcess"][0]
        assert {one["@id"] for one in grant["dpv:hasLegalBasis"]} == {
            "eu-gdpr:A6-1-e",
            "eu-gdpr:A9-2-g",
            "eu-gdpr:A45-3",
        }
        types = [one["@type"] for one in grant["dpv:hasPersonalData"]]
        assert ["pd:Health", "dpv:SpecialCategoryPersonalData"] in types
        assert made["ai:hasAISystem"]["eu-aiact:hasRiskLevel"] == {"@id": "eu-aiact:RiskLevelHigh"}
        assert made["dpv:hasAssessment"]["dct:type"] == {"@id": "eu-gdpr:DPIARequired"}

    @pytest.mark.parametrize(
        "term", ["dpv:hasDataController", "eu-gdpr:A99", "other:thing", "relative", "dpv:hasPurposes"]
    )
    def test_a_term_outside_the_lists_never_leaves(self, term: str) -> None:
        for broken in ({term: "x"}, {"@type": term}, {"dpv:hasPurpose": [{"@id": term}]}):
            with pytest.raises(dpv.UnknownTerm):
                dpv.check(broken)


class TestModelCard:
    def card(self, of: Processing | None = None, within: Context | None = None) -> Any:
        hub = pytest.importorskip("huggingface_hub")
        return hub.ModelCard(text("model-card", of, within))

    def test_the_hub_reads_the_measured_results(self) -> None:
        (result,) = self.card().data.eval_results
        assert (result.metric_type, result.metric_value) == ("files_sealed", 0.0)
        assert result.dataset_revision == "ab" * 32
        assert result.metric_args["interval"] == [0.0, 0.0036]
        assert result.metric_args["trials"] == 1024
        assert result.metric_args["verdict"] == "passed"
        assert result.metric_args["measured_on"] == "2026-11-22"

    def test_a_failed_run_is_kept_and_a_void_one_proves_nothing(self) -> None:
        failed = context(measured={"files_sealed": measured(declaration(), verdict="failed")})
        (result,) = self.card(within=failed).data.eval_results
        assert result.metric_args["verdict"] == "failed"
        void = context(measured={"files_sealed": measured(declaration(), verdict="void")})
        assert self.card(within=void).data.eval_results is None
        assert "void: the control saw nothing" in text("model-card", within=void)

    def test_without_a_measurement_the_card_says_so(self) -> None:
        assert self.card(within=context(measured={})).data.eval_results is None
        assert ("any measured result", "bacasable check aid") in missing(
            "model-card", within=context(measured={})
        )

    def test_what_people_wrote_makes_no_front_matter_and_no_markup(self) -> None:
        title = 'x"\n---\n# Heading\nlicense: mit'
        card = self.card(declaration(title=title))
        assert "license" not in card.data.to_dict()
        assert "\n# Heading" not in card.text
        assert "<script>" not in card.text.replace("\\<script\\>", "")

    def test_it_is_made_where_there_is_something_to_describe(self) -> None:
        with pytest.raises(NotDue):
            text(
                "model-card",
                declaration(
                    ai_act=AiActProfile(False),
                    algorithms=(),
                    automated_decisions=AutomatedDecisions(False),
                ),
            )

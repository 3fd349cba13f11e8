"""A declaration with something in every part, some of it written to do harm, and what was measured of it."""

from datetime import UTC, datetime
from typing import Any

from bacasable.compliance.exports.interface import Context, Measured
from bacasable.compliance.exports.loading import available
from bacasable.compliance.processing import (
    AiActProfile,
    Algorithm,
    AutomatedDecisions,
    Contact,
    Controller,
    DataField,
    Dpia,
    LawfulBasis,
    Measure,
    Oversight,
    Period,
    Processing,
    Purpose,
    Recipient,
    Retention,
    SpecialGround,
    Transfer,
)

#: What each kind of file must not run: a formula, a script, markup of Markdown and of Typst.
HOSTILE = '=HYPERLINK("http://x.example") <script>alert(1)</script> *bold* | #read("/etc/passwd")'
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

YEAR = Retention(
    "year", "requests for aid", "the decision", Period(months=12), Period(days=30), final="transfer"
)


def declaration(**changes: Any) -> Processing:
    """Return the declaration of an aid: two purposes, special data, a processor abroad, an algorithm."""
    parts: dict[str, Any] = {
        "service": "aid",
        "title": "Housing aid",
        "controller": Controller(
            "Town of Combelune",
            "town@combelune.example",
            Contact("Ms Officer", "dpo@combelune.example"),
            joint=(Contact("The department", "dept@example"),),
        ),
        "persons": {"applicant": "people who apply", "agent": "agents"},
        "purposes": (
            Purpose(
                "grant",
                "grant the aid",
                LawfulBasis.PUBLIC_TASK,
                "CASF L.111-1",
                SpecialGround.SUBSTANTIAL_PUBLIC_INTEREST,
            ),
            Purpose("inform", HOSTILE, LawfulBasis.CONSENT),
        ),
        "data": (
            DataField("name", "name", "identity", ("applicant",), ("grant",), YEAR, ("aid.Request.name",)),
            DataField("health", "disability", "health", ("applicant",), ("grant",), YEAR, ("aid.csv",)),
            DataField(
                "mail",
                HOSTILE,
                "contact",
                ("applicant", "agent"),
                ("inform",),
                YEAR,
                ("aid.Letter.to",),
                source="the tax office",
                required=False,
            ),
        ),
        "recipients": (
            Recipient("the bank", "controller", ("grant",)),
            Recipient("Host Ltd", "processor", ("grant", "inform"), contract="contract 12"),
        ),
        "transfers": (Transfer("Host Ltd", "Canada", "45"),),
        "security": (
            Measure("sealed", "files are sealed", "files_sealed"),
            Measure("trained", "agents are trained"),
        ),
        "automated_decisions": AutomatedDecisions(True, "points", "22(2)(b)", "an agent looks again"),
        "algorithms": (
            Algorithm(
                "points",
                "points of the aid",
                ("grant",),
                "who gets the aid",
                "alone",
                "rules",
                data=("health",),
                step="when the request is complete",
                operations="a sum of points",
                parameters="disability counts double",
                affects="applicants: the aid or not",
                decisions_per_year=1200,
                rules_at="https://combelune.example/rules",
                source_at="https://combelune.example/code",
            ),
        ),
        "dpia": Dpia(
            ("automated_decision", "sensitive_data"),
            status="validated",
            dpo_opinion="favourable, with <b>care</b>",
            views_of_persons="asked in June",
        ),
        "oversight": Oversight("agents", "a list of decisions", "they may undo one"),
        "ai_act": AiActProfile(True, "deployer", "high", {"6(2)": "annex III, 5(a)"}, "a notice is shown"),
    }
    return Processing(**(parts | changes))


def measured(of: Processing, **changes: Any) -> Measured:
    """Return a passing measurement of the control ``files_sealed``, made under ``of``."""
    values: dict[str, Any] = {
        "control": "files_sealed",
        "title": "Files cannot be read",
        "unit": "share of fragments found",
        "direction": "at_most",
        "threshold": 0.01,
        "value": 0.0,
        "low": 0.0,
        "high": 0.0036,
        "level": 0.95,
        "n": 1024,
        "attacker": "disk thief v1",
        "sample_sha256": "ab" * 32,
        "measured_at": AT,
        "verdict": "passed",
        "label": "measured by the project",
    }
    return Measured(**(values | changes))


def context(**changes: Any) -> Context:
    """Return what an installation tells that tells everything."""
    values: dict[str, Any] = {
        "language": "en",
        "at": AT,
        "controller": "City of Aubelune",
        "controller_contact": "city@aubelune.example",
        "dpo_contact": "dpo@aubelune.example",
        "office": "Office of Aubelune",
        "measured": {"files_sealed": measured(declaration())},
    }
    return Context(**(values | changes))


def text(key: str, of: Processing | None = None, within: Context | None = None) -> str:
    """Return what a format says of a declaration."""
    return available()[key].render(of or declaration(), within or context()).content.decode()


def missing(key: str, of: Processing | None = None, within: Context | None = None) -> list[tuple[str, str]]:
    """Return what a format could not fill, and where to fill it."""
    found = available()[key].render(of or declaration(), within or context()).missing
    return [(one.what, one.where) for one in found]

"""The calls of the demo: the real 2023 edition from public facts, and fictional ones."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bacasable.demo.candidacies import Candidacy
from bacasable.demo.history import Days, Event, read
from bacasable.people.models import User
from bacasable.programme.call import actions as calls
from bacasable.programme.call.jurisdictions import jurisdiction
from bacasable.programme.call.models import Call, Fact
from bacasable.programme.recommendations import actions as recommendations

#: Secondary source of what is known of the synthesis of the 2023 edition.
PRESS = "Presse, à propos de la synthèse du 11 avril 2025 (Archimag, Localtis, next.ink)"


def _fields(
    call: dict[str, Any], opens_at: datetime, closes_at: datetime, rules: list[Any]
) -> dict[str, Any]:
    return {
        "slug": call["slug"],
        "title": call["title"],
        "theme": call["theme"],
        "keywords": call["keywords"],
        "summary": call["summary"],
        "text": call["text"].strip(),
        "language": call["language"],
        "regime": call["regime"],
        "jurisdiction": call.get("jurisdiction", "fr"),
        "opens_at": opens_at,
        "closes_at": closes_at,
        "time_zone": call["time_zone"],
        "grace_minutes": call.get("grace_minutes", 0),
        "places_planned": call["places_planned"],
        "contact_address": call["contact_address"],
        "contact_is_live": bool(call["contact_address"]),
        "eligibility": rules,
        "criteria_are_published": call["criteria_are_published"],
    }


def edition_2023(officer: User) -> list[Event]:
    """Return what is public of the 2023 edition, and what the press reported of its synthesis."""
    data = read("edition-2023")
    told = data["call"]
    zone = ZoneInfo(told["time_zone"])
    opens_at, closes_at, decided_at = (
        told[name].replace(tzinfo=zone) for name in ("published_on", "closes_at", "decided_on")
    )

    def publish() -> None:
        call = calls.create(
            fields=_fields(told, opens_at, closes_at, data["eligibility"]), phases=data["phases"], by=officer
        )
        Call.objects.filter(pk=call.pk).update(is_historical=True)
        Fact.objects.bulk_create(
            Fact(call=call, order=order, **fact) for order, fact in enumerate(data["facts"])
        )
        calls.publish(call=Call.objects.get(pk=call.pk), by=officer)

    def decide() -> None:
        projects = [{key: value for key, value in line.items() if key != "slug"} for line in data["projects"]]
        calls.decide(call=Call.objects.get(slug=told["slug"]), projects=projects, by=officer)

    def report() -> None:
        call = Call.objects.get(slug=told["slug"])
        names = {line["slug"]: line.get("name", "") for line in data["projects"]}
        made = {}
        for line in data["recommendations"]:
            made[line["key"]] = recommendations.tell(
                project=call.projects.get(name=names[line["project"]]),
                key=line["key"],
                title=line["title"],
                text=line["text"],
                matters=line["matters"],
                mark="S",
                source_name=PRESS,
                source_url="",
                by=officer,
            )
        for line in data["after"]:
            given = {key: value for key, value in line.items() if key not in {"after", "contracts"}}
            recommendations.write_after(
                reported=made[line["after"]] if line["after"] else None,
                contracts=line["contracts"],
                by=officer,
                **given,
            )

    return [
        (opens_at, publish),
        (closes_at + timedelta(minutes=1), calls.close_due),
        (decided_at, decide),
        (datetime(2025, 4, 12, 9, tzinfo=zone), report),
    ]


def fictional_call(told: dict[str, Any], data: dict[str, Any], officer: User, today: datetime) -> list[Event]:
    """Return the publication of a fictional call, and its closing when the deadline has passed.

    ``told`` is its ``[call]``; ``data`` holds its criteria (those of its jurisdiction where it gives none),
    phases, eligibility rules and questions.
    """
    days = Days.of(today, ZoneInfo(told["time_zone"]))
    opens_at = days.at(told["opens_in_days"], told["opens_at_time"])
    closes_at = days.at(told["closes_in_days"], told["closes_at_time"])
    land = jurisdiction(told.get("jurisdiction", "fr"))
    grid = data.get("criteria") or [
        {
            "label": land.said(line.label, told["language"]),
            "description": land.said(line.description, told["language"]),
            "weight": line.weight,
            "source": line.source,
            "weight_is_ours": line.weight_is_ours,
        }
        for line in land.grid
    ]

    def publish() -> None:
        call = calls.create(
            fields=_fields(told, opens_at, closes_at, data["eligibility"]),
            criteria=grid,
            phases=data["phases"],
            by=officer,
        )
        Call.objects.filter(pk=call.pk).update(is_fictional=True)
        calls.publish(call=Call.objects.get(pk=call.pk), by=officer)

    events: list[Event] = [(opens_at - timedelta(hours=1), publish)]
    if told["closes_in_days"] < 0:
        grace = timedelta(minutes=told["grace_minutes"] + 1)
        events.append((closes_at + grace, calls.close_due))
    for line in data.get("questions", ()):
        asked_at = days.at(-line["asked_days_ago"], "11:00")
        events.append((asked_at, partial(_question, told["slug"], line, officer)))
    return events


def candidacies(
    told: dict[str, Any], lines: list[dict[str, Any]], officer: User, today: datetime
) -> list[Event]:
    """Return the life of the candidacies ``lines`` of a fictional call, in the days of its deposit."""
    days = Days.of(today, ZoneInfo(told["time_zone"]))
    usual = read("candidacies")["usual"]
    events: list[Event] = []
    for number, line in enumerate(lines):
        at = days.at(-line["days_ago"], minutes=7 * number)
        events += Candidacy(told["slug"], line, usual, officer).events(at)
    return events


def _question(slug: str, line: dict[str, Any], officer: User) -> None:
    question = calls.ask(call=Call.objects.get(slug=slug), body=line["body"])
    calls.answer(question=question, body=line["body"], answer=line["answer"], by=officer)

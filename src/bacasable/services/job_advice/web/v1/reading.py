"""Codes of titles, opinions on profiles, versions; and the door at which refused uses are told why."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils import translation
from ninja import Field, Router, Schema

from bacasable.compliance.service import N_
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.processing import ADVISE, LIMITS, PROCESSING, REFUSED_USES
from bacasable.services.job_advice.processing.purposes import FILE
from bacasable.services.job_advice.web import calling, gates, running, telling
from bacasable.services.job_advice.web.v1.refusals import Refusal

router = Router()
REFUSALS: dict[int, Any] = dict.fromkeys((400, 403, 404, 429, 503), Refusal)
#: Titles of one call, at most.
MOST_TITLES = 200


class Titles(Schema):
    """Titles to code, and what for."""

    titles: list[str] = Field(max_length=MOST_TITLES)
    purpose: str = ADVISE.key


class Asked(Schema):
    """A profile to advise on, and what for. It has no place for who somebody is."""

    profile: dict[str, Any]
    purpose: str = ADVISE.key
    language: Literal["fr", "en"] = "fr"


@router.get("/tables", response={200: dict[str, Any], **REFUSALS}, summary="Tables in use")
@allow("job_advice.read")
def tables(request: HttpRequest, purpose: str = "") -> dict[str, Any]:
    """Each table with its version and date, and whether they are the synthetic ones."""
    _asked_for(purpose)
    return _tables()


@router.post("/titles", response={200: dict[str, Any], **REFUSALS}, summary="Titles to occupations")
@allow("job_advice.call")
def titles(request: HttpRequest, asked: Titles) -> dict[str, Any]:
    """Five candidates of each title, with how sure they are; or that none should be taken unasked."""
    _asked_for(asked.purpose)
    calling.count(request)
    if not asked.titles:
        raise Refused(N_("Give one title at least."))
    referential = running.referential()
    coded = running.coder().code([one[:300] for one in asked.titles], k=5)
    rows = zip(asked.titles, coded.codes, coded.scores, coded.abstains, coded.why, strict=True)
    return {
        **_tables(),
        "titles": [
            {
                "title": title,
                "candidates": [
                    {"code": code, "label": referential.label_of(code), "score": round(float(score), 4)}
                    for code, score in zip(codes, scores, strict=False)
                ],
                "abstains": bool(abstains),
                "why": why,
            }
            for title, codes, scores, abstains, why in rows
        ],
    }


@router.post("/advice", response={200: dict[str, Any], **REFUSALS}, summary="An opinion on a profile")
@allow("job_advice.call")
def advice(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """An opinion with the whole trace of its reasons; journalled, kept nowhere else. People decide.

    ``said`` holds the sentences that pages render from the trace, in the ``language`` asked for.
    """
    from bacasable.services.job_advice.engine.counselling import advise

    _asked_for(asked.purpose)
    calling.count(request)
    try:
        profile = Profile.from_json(asked.profile)
    except (ValueError, TypeError) as error:
        raise Refused(N_("profile: {why}"), why=str(error)) from None
    gates.gate().admit(purpose=ADVISE.key, data_set=FILE, fields=("sealed", "department"))
    if profile.limits:
        gates.gate().admit(purpose=LIMITS.key, data_set=FILE, fields=("limits",))
    made = advise(running.referential(), profile)
    with translation.override(asked.language):
        return made.as_json() | {"said": telling.whole(made)}


@router.get("/uses/{word}", response={200: dict[str, str], **REFUSALS}, summary="Is this use declared?")
@allow("job_advice.read")
def use(request: HttpRequest, word: str) -> dict[str, str]:
    """Whether files serve a purpose: refused ones answer 403 with the reason of the declaration."""
    _asked_for(word)
    return {"purpose": word, "label": PROCESSING.purpose(word).label}


def _asked_for(purpose: str) -> None:
    """Ask the gate for a purpose that a caller names: it refuses what files never serve, and why."""
    if purpose and (purpose not in {one.key for one in PROCESSING.purposes} or purpose in REFUSED_USES):
        gates.gate().admit(purpose=purpose, data_set=FILE, fields=("sealed",))


def _tables() -> dict[str, Any]:
    found = running.referential()
    return {
        "version": found.version,
        "is_synthetic": found.is_synthetic,
        "sources": [{"name": one.name, "version": one.version, "date": one.date} for one in found.sources],
    }

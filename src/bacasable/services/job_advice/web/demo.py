"""The demonstration's employment office: a person who can be followed, and simulated advisers and people.

Nothing here is anybody's. The worker makes it after the first start, so that pages are there at once: on the
synthetic tables of the product, or on the official ones where ``BACASABLE_JOB_ADVICE_DEMO_TABLES`` says where
their archives lie. Advisers of last month are simulated (:mod:`..engine.trials.advisers`): they show what the
measures of a service look like, and say nothing of real ones.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import router, transaction
from django.utils import timezone
from django_tasks import task

from bacasable.compliance import clock
from bacasable.compliance.deployment import data_are_fictional
from bacasable.duties.dpia import actions as dpia
from bacasable.people.actions import grant_role
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.indicators import POLICY, Act
from bacasable.services.job_advice.engine.profiles import Diploma, Held, Profile
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import models, running, sealed
from bacasable.services.job_advice.web.actions import (
    audits,
    contesting,
    deciding,
    files,
    interviews,
    words,
)

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.trace import Advice

SEED = 2023
NAME, NUMBER = "Camille Roche (personne fictive)", "DEMO0001A"
#: Simulated advisers, interviews of each last month, and opinions that they are held on.
ADVISERS, INTERVIEWS, OPINIONS = 7, 8, 12
#: Who does what: the adviser who is played, another agent, the head of service, the data protection officer.
ADVISER, OTHER, HEAD, DPO = "officer", "editor", "administrator", "dpo"
#: What the demonstration's officer recorded: as fictional as the office, and said so.
ASSESSMENT, REVIEW = "AIPD-FICTIVE-CONSEILS-1", timedelta(days=365)
_MOST_PEOPLE = 60


def history(people: Mapping[str, User], today: datetime) -> list[tuple[datetime, Callable[[], Any]]]:
    """Return what happened before ``today``: an instant and an act each. The worker makes the office."""
    first = today - timedelta(days=45)
    roles = {ADVISER: "job_adviser", OTHER: "job_adviser", HEAD: "job_head"}
    grants = [
        (first, partial(grant_role, user=people[key], role=role, by="system")) for key, role in roles.items()
    ]
    players = {key: str(people[key].public_id) for key in roles}
    return [
        *grants,
        (first, partial(_assess, people[DPO], first)),
        (first + timedelta(minutes=5), partial(_ask, players)),
    ]


def _assess(officer: User, at: datetime) -> None:
    """Record that the office validated its impact assessment, before the first file is opened."""
    day = timezone.localdate(at)
    dpia.record(
        service=PROCESSING.service,
        declaration=PROCESSING.digest(),
        validated_on=day,
        validated_by="Direction de l’agence de démonstration (personne fictive)",
        reason="Analyse fictive, pour la démonstration : un service réel fait et valide la sienne.",
        review_on=day + REVIEW,
        reference=ASSESSMENT,
        by=officer,
    )


def _ask(players: dict[str, str]) -> None:
    transaction.on_commit(lambda: make_office.enqueue(players), using=router.db_for_write(models.File))


@task()
def make_office(players: dict[str, str]) -> None:
    """Make the office: tables, an interview, a plan, a contestation, a month of simulated acts, an audit.

    Args:
        players: public identifiers of the accounts of the people played, by role.

    Raises:
        Refused: people here are real.
    """
    if not data_are_fictional():
        raise Refused("an office is made in a demonstration only")
    if models.Person.objects.exists():
        return
    _official_tables()
    adviser, other = (_verified(players[key]) for key in (ADVISER, OTHER))
    _walk(adviser, other)
    _month()
    audits.nightly()


def _official_tables() -> None:
    """Import the official archives, where the settings say where they lie."""
    source = running.settings().demo_tables
    if not source or running.is_imported():
        return
    from bacasable.services.job_advice.engine.coding import train_beside
    from bacasable.services.job_advice.engine.referential import Referential, import_archives

    import_archives(Path(source), running.base())
    train_beside(Referential.open(running.base()))
    running.close()


def _walk(adviser: User, other: User) -> None:
    """Hold an interview by the service's own actions; the person contests, another agent answers."""
    file = files.open_file(identity=sealed.Identity(NAME, NUMBER), by=adviser)
    files.write_profile(file=file, profile=_profile(), part="held", by=adviser)
    held = interviews.open_interview(file=file, by=adviser)
    interviews.give_view(
        interview=held, text="Rester près de son métier, avec une formation courte.", by=adviser
    )
    advice = interviews.suggest(interview=held, by=adviser)
    items = list(advice.items.all())
    for verb, item in zip(("retained", "refused", "deferred"), items, strict=False):
        reason = "Trop loin du domicile, dit la personne." if verb == "refused" else ""
        deciding.decide(item=item, verb=verb, reason=reason, by=adviser)
    deciding.advise_oneself(
        interview=held, verb="own_advice", text="Rencontrer une entreprise du quartier.", by=adviser
    )
    interviews.close_interview(interview=held, by=adviser)
    words.correct(file=file, part="mobility", profile=replace(sealed.profile_of(file), mobility_km=15))
    words.comment(file=file, text="L’entretien m’a aidée à choisir.")
    if items:
        word = contesting.contest(
            file=file, item=items[0], text="Ce conseil ne tient pas compte de mes horaires."
        )
        contesting.answer(
            word=word,
            outcome="corrected",
            text="Vous avez raison : vos horaires n’étaient pas dits dans le dossier. Ils y sont maintenant, "
            "et l’avis sera refait avec vous au prochain entretien.",
            by=other,
        )
    contesting.ask_human(file=file, text="Je voudrais en parler avec une autre personne.")


def _profile() -> Profile:
    """Return the profile of the person who is followed, in the words of the tables in use."""
    referential = running.referential()
    codes = referential.occupations["code"].to_list()
    links, numbers = referential.occupation_skills, referential.skills["ogr"].to_list()
    row = links.indices[links.indptr[0] : links.indptr[1]]
    known = frozenset(numbers[column] for column in row[: max(1, len(row) // 2)])
    return Profile(
        held=(Held(codes[0], 60, 4),),
        skills=known,
        diplomas=(Diploma(4),),
        department="44",
        mobility_km=20,
        licence_b=True,
        weekly_hours=35,
        difficulties=frozenset({"no_answers"}),
        months_searching=5,
        training_months=12,
    )


def _month() -> None:
    """Write what simulated advisers did last month, of suggestions to simulated people, and in training."""
    from bacasable.services.job_advice.engine.trials.advisers import FIRST, service

    opinions = _opinions()
    pages = [
        POLICY.shown(tuple(f"{number}:{one.rank}" for one in opinion.suggestions))
        for number, (_profile_of, opinion) in enumerate(opinions)
    ]
    month = (clock.now().astimezone(clock.zone()).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    accounts = [uuid.uuid5(uuid.NAMESPACE_DNS, f"adviser-{number}.invalid") for number in range(ADVISERS)]
    told: dict[str, list[Act]] = {}
    for act in service("demo", "careful", pages, SEED, ADVISERS):
        told.setdefault(act.interview, []).append(act)
    with transaction.atomic(using=router.db_for_write(models.File)):
        for name, acts in told.items():
            first, second = acts[0], name.rpartition("-")[2]
            at = datetime.combine(month + (first.on - FIRST), time(10), clock.zone())
            if first.is_decoy:
                _trained(accounts[first.adviser], opinions, acts, at)
            elif int(second) < INTERVIEWS and any(act.item for act in acts):
                _interviewed(accounts[first.adviser], opinions, acts, at)


def _opinions() -> "list[tuple[Profile, Advice]]":
    """Return opinions on simulated people, those with the most suggestions."""
    from bacasable.services.job_advice.engine.counselling import advise
    from bacasable.services.job_advice.engine.population.people import draw_people

    referential = running.referential()
    found = [
        (profile, advise(referential, profile))
        for profile in draw_people(referential, _MOST_PEOPLE, SEED).profiles
    ]
    return sorted(found, key=lambda pair: -len(pair[1].suggestions))[:OPINIONS]


def _interviewed(
    account: uuid.UUID, opinions: "list[tuple[Profile, Advice]]", acts: list[Act], at: datetime
) -> None:
    """Write an interview of a simulated adviser with a simulated person, a minute an act."""
    number = next(int((act.item or "").partition(":")[0]) for act in acts if act.item)
    profile, opinion = opinions[number]
    person = models.Person(
        reference=f"S-{models.Person.objects.count():05d}", opened_at=at, closed_at=at + timedelta(days=2)
    )
    sealed.seal_identity(person, sealed.Identity(f"Personne simulée {models.Person.objects.count():03d}"))
    person.save()
    file = models.File(
        person=person, adviser=account, state="closed", opened_at=at, last_at=at, closed_at=person.closed_at
    )
    sealed.seal_profile(file, profile)
    file.save()
    interview = models.Interview.objects.create(
        file=file, adviser=account, opened_at=at, viewed_at=at, closed_at=at + timedelta(hours=1)
    )
    advice = models.Advice(
        interview=interview,
        versions=interviews.versions_of(opinion),
        is_synthetic=opinion.is_synthetic,
        made_at=at,
        shown_at=at,
    )
    advice.sealed = sealed.seal_words(
        file, advice, {"opinion": opinion.as_json(), "profile": profile.as_json()}
    )
    advice.save()
    items = models.Item.objects.bulk_create(
        models.Item(advice=advice, position=place, rank=one.rank, kind=one.kind, key=one.key)
        for place, one in enumerate(opinion.suggestions, start=1)
    )
    by_rank = {f"{number}:{item.rank}": item for item in items}
    models.Act.objects.bulk_create(
        models.Act(
            interview=interview,
            item=by_rank[act.item] if act.item else None,
            verb=act.verb,
            is_changed=bool(act.changed),
            reading_ms=act.reading_ms,
            at=at + timedelta(minutes=place),
            adviser=account,
        )
        for place, act in enumerate(acts, start=1)
    )


def _trained(
    account: uuid.UUID, opinions: "list[tuple[Profile, Advice]]", acts: list[Act], at: datetime
) -> None:
    """Write what a simulated adviser did of a suggestion that was bad on purpose: somebody else's."""
    profile, _own = opinions[0]
    suggestion = opinions[-1][1].suggestions[0]
    made = models.Training.objects.create(
        adviser=account,
        seed=SEED,
        profiles=[profile.as_json()],
        started_at=at,
        ended_at=at,
        shown=len(acts),
        decoys=len(acts),
        found=sum(act.verb != "retained" for act in acts),
    )
    models.TrainingItem.objects.bulk_create(
        models.TrainingItem(
            training=made,
            file=1,
            position=place,
            rank=place,
            kind=suggestion.kind,
            key=suggestion.key,
            label=suggestion.label[:300],
            is_decoy=True,
            verb=act.verb,
            at=at,
        )
        for place, act in enumerate(acts, start=1)
    )


def _verified(public_id: str) -> User:
    """Return an account as if it had signed in with its second factor: the demonstration plays it."""
    found = User.objects.get(public_id=public_id)
    found.session_is_verified = True  # type: ignore[attr-defined]
    return found

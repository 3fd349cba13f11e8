"""What benchmarks put into their installation by hand: calls, an edition at work, sessions of people."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any


def open_call() -> Any:
    """Publish the demo's fictional call, open since yesterday and for ten more days; return it."""
    from bacasable.compliance import clock
    from bacasable.demo.history import read
    from bacasable.people.models import User
    from bacasable.programme.call import actions as calls
    from bacasable.programme.call.models import Call

    officer = User.objects.create_user("officer@bench.example", name="Officer")
    told = read("fictional-call")
    keys = ("slug", "title", "theme", "keywords", "summary", "text", "language", "regime", "time_zone")
    fields = {key: told["call"][key] for key in keys} | {
        "opens_at": clock.now() - timedelta(days=1),
        "closes_at": clock.now() + timedelta(days=10),
        "grace_minutes": 10,
        "jurisdiction": "fr",
        "places_planned": 3,
        "contact_address": "bench@bench.example",
        "contact_is_live": True,
        "eligibility": told["eligibility"],
        "criteria_are_published": True,
    }
    call = calls.create(fields=fields, criteria=told["criteria"], phases=told["phases"], by=officer)
    calls.publish(call=Call.objects.get(pk=call.pk), by=officer)
    return Call.objects.get(pk=call.pk)


def session_of(user: Any) -> str:
    """Return the cookie of a new session of ``user``; staff sessions count as verified."""
    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from bacasable.people import sessions

    request = HttpRequest()
    request.session = SessionStore()
    request.user = AnonymousUser()
    how = sessions.TOTP if user.grants.exists() else sessions.LINK
    sessions.begin(request, user, how)
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


def examined_edition(dossiers: Sequence[Any], experts: int, *, seed: int) -> Any:
    """Give ``dossiers`` of one call, two by two, to ``experts`` experts who scored them all; return the call.

    Scores are drawn around a quality of each dossier; two experts a dossier, in turn.
    """
    from bacasable.compliance import clock
    from bacasable.people.models import RoleGrant, User
    from bacasable.programme.committee.models import (
        Assessment,
        Assignment,
        ConflictDeclaration,
        Examination,
        PanelMember,
        Score,
        Selection,
    )

    now = clock.now()
    chance = random.Random(seed)
    call = dossiers[0].call
    officer = User.objects.get(email="officer@bench.example")
    selection = Selection.objects.create(
        call=call, state=Selection.State.SCORING, scores_due_at=now + timedelta(days=5)
    )
    users = User.objects.bulk_create(
        User(email=f"expert-{n}@bench.example", name=f"Expert {n}") for n in range(experts)
    )
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role="expert") for user in users)
    members = PanelMember.objects.bulk_create(
        PanelMember(selection=selection, user=user, invited_by=officer, undertaking_signed_at=now)
        for user in users
    )
    examinations = Examination.objects.bulk_create(
        Examination(dossier=d, selection=selection, state="admissible", version=d.current_version)
        for d in dossiers
    )
    places = [
        (examination, members[(2 * n + turn) % experts], ("law", "technique")[turn])
        for n, examination in enumerate(examinations)
        for turn in range(2)
    ]
    ConflictDeclaration.objects.bulk_create(
        ConflictDeclaration(member=member, examination=examination, has_conflict=False)
        for examination, member, _skill in places
    )
    assignments = Assignment.objects.bulk_create(
        Assignment(examination=examination, member=member, skill=skill, assigned_by=officer)
        for examination, member, skill in places
    )
    assessments = Assessment.objects.bulk_create(
        Assessment(
            assignment=assignment,
            version=assignment.examination.version,
            state="submitted",
            comment="Comment.",
            submitted_at=now,
        )
        for assignment in assignments
    )
    quality = {examination.pk: chance.uniform(1.5, 4.5) for examination in examinations}
    criteria = list(call.criteria.all())
    Score.objects.bulk_create(
        [
            Score(
                assessment=assessment,
                criterion=criterion,
                value=min(5, max(1, round(chance.gauss(quality[assessment.assignment.examination_id], 0.8)))),
                comment="Comment.",
            )
            for assessment in assessments
            for criterion in criteria
        ],
        batch_size=500,
    )
    return selection


def supported_projects(dossiers: Sequence[Any]) -> list[Any]:
    """Open a support file for each of ``dossiers``, with exchanges and a recommendation."""
    from bacasable.compliance import clock
    from bacasable.people.models import User
    from bacasable.programme.recommendations.models import Contract, Recommendation
    from bacasable.programme.support.models import Guidance, Milestone, SupportFile, SupportQuestion

    now = clock.now()
    officer = User.objects.get(email="officer@bench.example")
    files = SupportFile.objects.bulk_create(
        SupportFile(
            dossier=d,
            track="enhanced",
            state="active",
            phase="problems",
            starts_on=now.date(),
            ends_on=now.date() + timedelta(days=180),
        )
        for d in dossiers
    )
    SupportQuestion.objects.bulk_create(
        SupportQuestion(
            file=file,
            number=n,
            kind="legal",
            asked_from="project",
            body="Question?",
            asked_by=officer,
            answer="Answer.",
            answered_by=officer,
            answered_at=now,
        )
        for file in files
        for n in range(1, 11)
    )
    Guidance.objects.bulk_create(
        Guidance(file=file, number=n, text="Guidance.", facts="Facts.", said_by=officer)
        for file in files
        for n in range(1, 11)
    )
    Milestone.objects.bulk_create(
        Milestone(file=file, title=f"Milestone {n}", due_on=now.date() + timedelta(days=n))
        for file in files
        for n in range(8)
    )
    made = Recommendation.objects.bulk_create(
        Recommendation(
            key=f"bench-{file.pk}",
            file=file,
            service="platform",
            matters=["security"],
            title="Files are unreadable at rest",
            text="Text.",
            state="accepted",
            public_since=now if number % 2 else None,
        )
        for number, file in enumerate(files)
    )
    Contract.objects.bulk_create(
        Contract(
            recommendation=one,
            service="platform",
            control="files_unreadable_at_rest",
            direction="at_most",
            threshold=0.005,
            maximum_age_days=30,
        )
        for one in made
    )
    return files

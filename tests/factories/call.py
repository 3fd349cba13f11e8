"""Calls for tests: published and open unless a test says otherwise."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from bacasable.compliance import clock
from bacasable.programme.call.models import (
    Call,
    CallExtension,
    Criterion,
    Fact,
    Mark,
    Phase,
    Question,
    SelectedProject,
)
from bacasable.programme.call.rule_sets import RULE_SETS


class CallFactory(DjangoModelFactory):
    class Meta:
        model = Call

    slug = factory.Sequence(lambda n: f"call-{n}")
    title = factory.Sequence(lambda n: f"Call number {n}")
    theme = "AI in public services"
    keywords = factory.LazyFunction(lambda: ["privacy", "public services"])
    summary = "A call for tests."
    text = "First paragraph.\n\n- one\n- two"
    language = "en"
    state = Call.State.PUBLISHED
    opens_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=10))
    published_at = factory.SelfAttribute("opens_at")
    grace_minutes = 15
    places_planned = 3
    contact_address = factory.Sequence(lambda n: f"call-{n}@office.example")
    eligibility = factory.LazyFunction(lambda: RULE_SETS["accompaniment"].rules)

    class Params:
        draft = factory.Trait(
            state=Call.State.DRAFT,
            published_at=None,
            opens_at=factory.LazyFunction(lambda: clock.now() + timedelta(days=1)),
        )
        closed = factory.Trait(
            state=Call.State.CLOSED,
            opens_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=60)),
            closes_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=30)),
            closed_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=30)),
        )
        decided = factory.Trait(
            closed=True,
            state=Call.State.DECIDED,
            decided_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=5)),
        )


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = Criterion

    call = factory.SubFactory(CallFactory)
    order = factory.Sequence(int)
    label = factory.Sequence(lambda n: f"Criterion {n}")
    weight = 2


class PhaseFactory(DjangoModelFactory):
    class Meta:
        model = Phase

    call = factory.SubFactory(CallFactory)
    order = factory.Sequence(int)
    title = factory.Sequence(lambda n: f"Phase {n}")
    duration_months = 6


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    call = factory.SubFactory(CallFactory)
    body = factory.Sequence(lambda n: f"Question {n}?")

    class Params:
        answered = factory.Trait(
            answer="Answer.",
            answered_at=factory.LazyFunction(clock.now),
            published_at=factory.LazyFunction(clock.now),
        )


class FactFactory(DjangoModelFactory):
    class Meta:
        model = Fact

    call = factory.SubFactory(CallFactory)
    text = "A public fact."
    mark = Mark.PRIMARY
    source_name = "A source"
    source_url = "https://source.example/page"


class SelectedProjectFactory(DjangoModelFactory):
    class Meta:
        model = SelectedProject

    call = factory.SubFactory(CallFactory, decided=True)
    slug = factory.Sequence(lambda n: f"project-{n}")
    order = factory.Sequence(int)
    track = SelectedProject.Track.LAUREATE
    name = factory.Sequence(lambda n: f"Project {n}")
    body = "A public body"


class CallExtensionFactory(DjangoModelFactory):
    class Meta:
        model = CallExtension

    call = factory.SubFactory(CallFactory)
    previous_closes_at = factory.LazyFunction(clock.now)
    closes_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=1))
    reason = "A fair on the first date."

"""Any walk of a synthesis from the file to the public: no path skips a guard."""

from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bacasable.programme.call.models import Call
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.synthesis import actions, rules
from bacasable.programme.synthesis.actions.composing import PASSAGE
from bacasable.programme.synthesis.actions.locking import seen
from bacasable.programme.synthesis.models import Publication, Synthesis
from tests.factories import synthesis as factory
from tests.factories.call import CallFactory
from tests.factories.people import verified

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

VERBS = sorted({verb for verbs in rules.TRANSITIONS.values() for verb in verbs})


def do(verb: str, synthesis: Synthesis, editor, author) -> None:
    """Try a verb as the person who may do it."""
    passage = synthesis.passages.first()
    match verb:
        case "write":
            actions.save_passage(
                passage=passage,
                heading="H",
                body="B",
                confidentiality="public",
                why="",
                seen=seen(passage, PASSAGE),
                by=editor,
            )
        case "submit_to_project":
            factory.sent(synthesis)
        case "take_back":
            actions.take_back(synthesis=synthesis, by=editor)
        case "reply" | "late_reply":
            actions.reply(synthesis=synthesis, text="R", late=verb == "late_reply", by=author)
        case "respond":
            reply = synthesis.replies.filter(responded_at=None).first()
            if reply:
                actions.respond(reply=reply, response="A", by=editor)
        case "agree":
            actions.agree(synthesis=synthesis, by=author)
        case "publish":
            actions.publish(synthesis=synthesis, by=editor)
        case "correct":
            title = f"Title {Publication.objects.count()}"
            actions.correct(synthesis=synthesis, changes={"title": title}, reason="r", by=editor)
        case "wait":
            pass


@pytest.fixture
def fast_pdf(monkeypatch):
    """Publish without setting a PDF: the walk looks at states."""
    from bacasable.programme.synthesis.actions import publishing

    monkeypatch.setattr(publishing, "documents", SimpleNamespace(render=lambda *a, **k: b"%PDF-"))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    regime=st.sampled_from(Call.Regime.values), walk=st.lists(st.sampled_from([*VERBS, "wait"]), max_size=14)
)
def test_no_path_skips_a_guard(db, clock, fast_pdf, regime, walk):
    """Whatever people try, in whatever order: states follow the table and nothing is published unheard."""
    from django.db import transaction

    with transaction.atomic():
        synthesis = factory.composed(factory.support(CallFactory(regime=regime)))
        editor, author = verified(synthesis.created_by), factory.author_of(synthesis)
        for verb in walk:
            synthesis = Synthesis.objects.get(pk=synthesis.pk)
            before = synthesis.state
            published = synthesis.publications.count()
            if verb == "wait":
                clock.forward(days=6)
                continue
            unanswered = synthesis.replies.filter(is_late=False, responded_at=None).exists()
            agreed, due = synthesis.project_agreed_at is not None, synthesis.reply_due_at
            try:
                do(verb, synthesis, editor, author)
                done = True
            except Refused:
                done = False
            after = Synthesis.objects.get(pk=synthesis.pk)
            if not done:
                assert after.state == before
                assert after.publications.count() == published
                continue
            allowed = {before} if verb == "respond" else {rules.TRANSITIONS[before][verb]}
            assert after.state in allowed
            if verb == "publish":
                assert due is not None and not unanswered
                assert agreed or (regime == "accompaniment" and clock.at > due)
            if after.state != "published":
                assert not after.publications.exists()
            else:
                assert after.publications.filter(superseded_at=None).count() == 1
        transaction.set_rollback(True)

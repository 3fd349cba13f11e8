"""What the controls may touch of the running assistant."""

import uuid
from datetime import timedelta

from django.db import router, transaction

from bacasable.compliance import clock
from bacasable.compliance.control import Probe
from bacasable.people.instance import configuration
from bacasable.services.assistant.controls import Subject
from bacasable.services.assistant.processing import PROCESSING
from bacasable.services.assistant.web import running, sealed
from bacasable.services.assistant.web.models import Conversation, Turn
from bacasable.services.assistant.web.stores import stores


def probe() -> Probe:
    """Return the engine with the shield in use, the stores, and what sets this installation apart."""
    found = dict(stores())
    return Probe(
        PROCESSING,
        configuration().home,
        engine=Subject(shield=running.shield, keep=_keep),
        stores={**found, "really": found["conversations"]},
        settings={"shield": running.settings().shield},
    )


def _keep(account: uuid.UUID, question: str, days_old: int) -> None:
    """Keep a conversation as pages do, asked so many days ago, of an account that is nobody's."""
    at = clock.now() - timedelta(days=days_old)
    with transaction.atomic(using=router.db_for_write(Conversation)):
        made = Conversation.objects.create(
            person=account, data_key=sealed.new_key(), opened_at=at, last_at=at
        )
        turn = Turn(conversation=made, number=0, outcome="no_source", asked_at=at)
        turn.sealed = sealed.seal_words(made, turn, {"question": question})
        turn.save()

"""The mails of the panel, queued in the transaction of the act that they tell of.

They are written in the reader's language. What goes to experts names the call alone; what goes to officers
names a dossier by its reference.
"""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.people.models import User
from bacasable.people.outgoing import Mail, queue
from bacasable.people.permissions import walled_accounts
from bacasable.programme.call.models import Call
from bacasable.programme.committee.models import Assignment, PanelMember
from bacasable.programme.dossiers import wording


def address_of(name: str, *args: object) -> str:
    """Return the absolute address of a page of this site."""
    return settings.BACASABLE.public_url.rstrip("/") + reverse(name, args=args)


def invitation(member: PanelMember) -> None:
    """Ask an expert to sign the undertaking and to declare links."""
    call = member.selection.call
    with translation.override(member.user.language):
        _send(
            call,
            member.user,
            _("You are invited to the committee of a call"),
            "invitation",
            page=address_of("committee:undertaking", call.slug),
        )


def to_score(member: PanelMember, count: int) -> None:
    """Tell an expert how many dossiers wait for their scores, and until when."""
    selection = member.selection
    due = selection.scores_due_at
    with translation.override(member.user.language):
        _send(
            selection.call,
            member.user,
            ngettext("%(count)s dossier to score", "%(count)s dossiers to score", count) % {"count": count},
            "to_score",
            count=count,
            due=wording.instant(due, selection.call.zone) if due else "",
            page=address_of("committee:list"),
        )


def taken_back(assignment: Assignment) -> None:
    """Tell an expert that a dossier is no longer theirs to score; which one, they see on their page."""
    call = assignment.member.selection.call
    with translation.override(assignment.member.user.language):
        _send(
            call,
            assignment.member.user,
            _("A dossier is no longer yours to score"),
            "taken_back",
            page=address_of("committee:list"),
        )


def recusal(assignment: Assignment) -> None:
    """Tell the officer who assigned it that a dossier is to assign again; else every officer."""
    call = assignment.member.selection.call
    reference = assignment.examination.dossier.reference
    for officer in _officers(assignment.assigned_by):
        with translation.override(officer.language):
            _send(
                call,
                officer,
                _("%(reference)s: an expert is in conflict, the dossier is to assign again")
                % {"reference": reference},
                "recusal",
                about=f"dossier:{reference}",
                reference=reference,
                page=address_of("committee:assignments", call.slug),
            )


def _officers(first: User) -> list[User]:
    officers = User.objects.filter(is_active=True, grants__role="officer").exclude(
        pk__in=walled_accounts().values("pk")
    )
    return list(officers.filter(pk=first.pk)) or list(officers.order_by("pk"))


def _send(call: Call, to: User, subject: str, template: str, *, about: str = "", **context: Any) -> None:
    text = render_to_string(
        f"programme/committee/mail/{template}.txt",
        {"call": call, "office": settings.BACASABLE.office_name, **context},
    )
    queue(Mail(to=to.email, subject=subject, text=text.strip() + "\n"), about=about or f"call:{call.slug}")

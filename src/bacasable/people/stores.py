"""Accounts, links, mails and the journal, as the duties reach them: rights, retention, search."""

from collections.abc import Collection, Container, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.deletion import ProtectedError

from bacasable.compliance import clock
from bacasable.compliance.holdings import Due
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased, Person, Store
from bacasable.people import second_factor
from bacasable.people.models import JournalEntry, OneTimeLink, OutgoingMail, RoleGrant, User
from bacasable.people.rows import QuerysetStore

#: Why an erasure leaves something of an account; each a reason of GDPR article 17(3).
ACTS_STAY = N_(
    "what was done stays attributable to a pseudonym (GDPR 5(2), 17(3)(b)); the name and the address are gone"
)
PROVES = N_("the journal proves who did what; it expires by itself (GDPR 5(2), 17(3)(b))")


class AccountStore(QuerysetStore):
    """Accounts: erased in place where acts refer to them, else whole; the sessions end either way."""

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Take name and address from the account, and close it."""
        with self._whole():
            keys = list(self._about(person).values_list("pk", flat=True))
            done = super().erase(person, by=by, reason=reason)
            self._close(keys)
        return done

    def _past(self, due: Due) -> "Iterator[QuerySet[Any]]":
        """Yield the accounts past their retention; one that never signed in is kept since it was made."""
        yield from super()._past(due)
        never = self.model._base_manager.filter(last_login=None)
        keys = [key for key, made in never.values_list("pk", "created_at") if due.is_due(made)]
        if keys:
            yield self.model._base_manager.filter(pk__in=keys)

    def _removed(self, rows: "QuerySet[Any]", dry_run: bool = False) -> dict[str, int]:
        count = 0
        for user in rows.filter(email__contains="@"):
            count += 1
            if dry_run:
                continue
            try:
                with transaction.atomic(using=user._state.db):
                    user.delete()
            except ProtectedError:
                self._emptied(self.model._base_manager.filter(pk=user.pk), self._holdings.erasable)
                self._close([user.pk])
        return dict.fromkeys(self.holds, count) if count else {}

    def _close(self, keys: Collection[Any]) -> None:
        for user in User.objects.filter(pk__in=keys):
            second_factor.forget(user)
        RoleGrant.objects.filter(user__in=keys, ended_at=None).update(ended_at=clock.now())
        User.objects.filter(pk__in=keys).update(
            is_active=False,
            password=make_password(None),
            session_generation=F("session_generation") + 1,
        )


class RoleStore(QuerysetStore):
    """Roles: they go with the second factor that guarded them, which is kept as long."""

    def _removed(self, rows: "QuerySet[Any]", dry_run: bool = False) -> dict[str, int]:
        holders = list(User.objects.filter(grants__in=rows).distinct())
        done = super()._removed(rows, dry_run)
        if not dry_run:
            for user in holders:
                if not user.grants.exists():
                    second_factor.forget(user)
        return done


class MailStore(QuerysetStore):
    """Mails: kept since they were sent, or since they failed for good; one that waits is never due."""

    def _past(self, due: Due) -> "Iterator[QuerySet[Any]]":
        yield from super()._past(due)
        failed = self.model._base_manager.filter(state=OutgoingMail.State.FAILED)
        keys = [key for key, at in failed.values_list("pk", "failed_at") if due.is_due(at)]
        if keys:
            yield self.model._base_manager.filter(pk__in=keys)


class JournalStore(QuerysetStore):
    """The journal's entries of a person's account: read, never erased here; they expire by themselves."""

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Do nothing: the journal expires by itself, behind a signed checkpoint."""
        return Erased({}, {})

    def _about(self, person: Person) -> "QuerySet[Any]":
        address = self._holdings.identifying(person).get("actor", "").strip()
        accounts = User.objects.filter(email__iexact=address) if address else User.objects.none()
        actors = [
            f"user:{public_id}"
            for public_id, email in accounts.values_list("public_id", "email")
            if email.lower() == address.lower()  # PostgreSQL takes some letters for others
        ]
        return JournalEntry.objects.filter(actor__in=actors).order_by("pk")


def of_accounts(declared: Processing, holders: tuple[str, ...]) -> Mapping[str, Store]:
    """Return the stores of accounts, for a declaration whose accounts are held by ``holders``."""

    def by(path: str, kinds: tuple[str, ...]) -> dict[str, dict[str, str]]:
        return {kind: {"email": path} for kind in kinds}

    everybody = (*holders, "correspondent")
    return {
        "accounts": AccountStore(
            User,
            declared,
            persons=by("email__iexact", holders),
            keeps={"account_credentials": ACTS_STAY},
            started={"account": "last_login"},
        ),
        "roles": RoleStore(
            RoleGrant,
            declared,
            persons=by("user__email__iexact", ("staff",)),
            keeps={"roles": ACTS_STAY},
            started={"staff": "ended_at"},
        ),
        "links": QuerysetStore(
            OneTimeLink, declared, persons=by("email__iexact", everybody), started={"link": "created_at"}
        ),
        "mails": MailStore(
            OutgoingMail, declared, persons=by("to__iexact", everybody), started={"mail": "sent_at"}
        ),
        "journal": JournalStore(
            JournalEntry, declared, persons=by("actor", everybody), keeps={"journal": PROVES}
        ),
    }

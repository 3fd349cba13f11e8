"""Collections, the groups that read them, and who is in a group."""

import uuid
from collections.abc import Iterable
from itertools import count

from django.utils.text import slugify

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.web.actions.acts import act
from bacasable.services.assistant.web.models import Collection, Membership, ReaderGroup


def free_key(title: str) -> str:
    """Return a short name for a collection of this title that none has yet."""
    wanted = slugify(title)[:50] or "collection"
    taken = set(Collection.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    return next(
        key for number in count(1) if (key := wanted if number == 1 else f"{wanted}-{number}") not in taken
    )


def make_collection(
    *,
    key: str,
    title: str,
    publisher: str = "",
    licence: str = "",
    maximum_age_days: int | None = None,
    is_open: bool = False,
    readers: Iterable[ReaderGroup] = (),
    by: User | str,
) -> Collection:
    """Make an empty collection.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: the key is taken.
    """
    _allowed(by)
    if Collection.objects.filter(key=key).exists():
        raise Refused(N_("This short name is taken. Choose another one."))
    made = Collection(
        key=key,
        title=title.strip(),
        publisher=publisher.strip(),
        licence=licence.strip(),
        maximum_age_days=maximum_age_days,
        is_open=is_open,
    )
    with act("collection_made", f"collection:{made.public_id}", by, open=is_open):
        made.save()
        made.readers.set(readers)
    return made


def open_to(*, collection: Collection, is_open: bool, readers: Iterable[ReaderGroup], by: User | str) -> None:
    """Say who reads a collection: everybody who may ask, or the members of some groups.

    The index follows at once: the caller of the page tells it (:func:`..running.readers_changed`).
    """
    _allowed(by)
    readers = tuple(readers)
    with act("readers_set", f"collection:{collection.public_id}", by, open=is_open, groups=len(readers)):
        Collection.objects.filter(pk=collection.pk).update(is_open=is_open)
        collection.readers.set(readers)
    collection.is_open = is_open


def describe(
    *,
    collection: Collection,
    title: str,
    publisher: str,
    licence: str,
    maximum_age_days: int | None,
    by: User | str,
) -> None:
    """Change what is said of a collection, and after how many days its sheets are no longer current."""
    _allowed(by)
    with act("collection_described", f"collection:{collection.public_id}", by):
        Collection.objects.filter(pk=collection.pk).update(
            title=title.strip(),
            publisher=publisher.strip(),
            licence=licence.strip(),
            maximum_age_days=maximum_age_days,
        )


def make_group(*, title: str, by: User | str) -> ReaderGroup:
    """Make a group without members.

    Raises:
        Refused: a group has this title.
    """
    _allowed(by)
    title = title.strip()
    if ReaderGroup.objects.filter(title__iexact=title).exists():
        raise Refused(N_("A group has this name already."))
    made = ReaderGroup(title=title)
    with act("group_made", f"group:{made.public_id}", by):
        made.save()
    return made


def add_member(*, group: ReaderGroup, person: uuid.UUID, by: User | str) -> None:
    """Put a person into a group; doing it twice changes nothing."""
    _allowed(by)
    if Membership.objects.filter(group=group, person=person, ended_at=None).exists():
        return
    with act("member_added", f"group:{group.public_id}", by, member=str(person)):
        Membership.objects.create(group=group, person=person)


def end_membership(*, group: ReaderGroup, person: uuid.UUID, by: User | str) -> None:
    """Take a person out of a group: from now on they read its collections no more."""
    _allowed(by)
    with act("member_removed", f"group:{group.public_id}", by, member=str(person)):
        Membership.objects.filter(group=group, person=person, ended_at=None).update(ended_at=clock.now())


def _allowed(by: User | str) -> None:
    """The installation itself (``"system"``) may load the demonstration; a person needs the permission."""
    if isinstance(by, User):
        require(by, "assistant.manage")

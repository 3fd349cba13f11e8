"""What the person says from their own page: comment, correct, refuse the tool, take their limits back.

A correction is applied at once, since the file is about them; it is marked, and the adviser reads it.
"""

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import sealed, words
from bacasable.services.job_advice.web.actions.acts import act, of_file
from bacasable.services.job_advice.web.models import File, Item, Person, Word


def comment(*, file: File, text: str, item: Item | None = None, confirmed: str = "") -> Word:
    """Keep a comment on an opinion or on the file; the adviser reads it.

    Raises:
        words.Stopped: some words may tell of private life; the person may keep them all the same.
        Refused: nothing was written.
    """
    said = written(text, confirmed)
    return kept(file, "comment", {"text": said}, item=item)


def correct(*, file: File, part: str, profile: Profile, text: str = "", confirmed: str = "") -> Word:
    """Apply what the person corrects of a part of their profile, mark it, and keep what it said before.

    ``text`` is for the adviser: what no field of the page could say.

    Raises:
        words.Stopped: some words may tell of private life; the person may keep them all the same.
        Refused: nothing is changed, and nothing is written.
    """
    _open(file)
    before = sealed.profile_of(file)
    said = written(text, confirmed) if text.strip() else ""
    if profile == before and not said:
        raise Refused(N_("Nothing is changed. Change a field, or write what is wrong."))
    old, new = before.as_json(), profile.as_json()
    changed = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    now = clock.now()
    if before.limits != profile.limits:
        file.limits_said_at = now if profile.limits else None
    file.last_at = now
    sealed.seal_profile(file, profile)
    made = _word(file, "correction", {"part": part, "changed": changed, "text": said})
    with act("corrected", of_file(file), None, part=part):
        file.save(update_fields=["sealed", "limits", "limits_said_at", "department", "last_at"])
        made.save()
    return made


def refuse_tool(*, file: File) -> None:
    """Note that the person wants no suggestion from software: the service stays the same."""
    _open(file)
    with act("tool_refused", of_file(file), None):
        Person.objects.filter(pk=file.person_id, refused_tool_at=None).update(refused_tool_at=clock.now())
    file.person.refresh_from_db()


def accept_tool(*, file: File) -> None:
    """Note that the person wants suggestions after all."""
    _open(file)
    with act("tool_accepted", of_file(file), None):
        Person.objects.filter(pk=file.person_id).update(refused_tool_at=None)
    file.person.refresh_from_db()


def written(text: str, confirmed: str) -> str:
    """Return what a person wrote of themself: they are told what it gives away, and decide.

    Raises:
        words.Stopped: not read again yet; never ``blocked``, since the words are the person's own.
        Refused: nothing was written, or too much.
    """
    try:
        said = words.looked_at(text, confirmed=confirmed)
    except words.Stopped as stopped:
        if stopped.digest not in confirmed.split(","):
            raise words.Stopped(stopped.found, blocked=False, digest=stopped.digest) from None
        said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Refused(N_("Write something first."))
    return said


def kept(
    file: File, kind: str, told: dict[str, object], *, item: Item | None = None, **fields: object
) -> Word:
    """Keep a word on an open file."""
    _open(file)
    made = _word(file, kind, told, item=item, **fields)
    with act("said", of_file(file), None, kind=kind):
        made.save()
        File.objects.filter(pk=file.pk).update(last_at=made.made_at)
    return made


def _word(file: File, kind: str, told: dict[str, object], **fields: object) -> Word:
    made = Word(file=file, kind=kind, made_at=clock.now(), **fields)
    made.sealed = sealed.seal_words(file, made, told)
    return made


def _open(file: File) -> None:
    if file.state != "open":
        raise Refused(N_("This file is closed: nothing is written in it any more."))

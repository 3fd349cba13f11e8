"""Interviews: opened, the adviser's own view, the note, an opinion asked of the software, the end."""

import hashlib
import json

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine import trace
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import gates, running, sealed, words
from bacasable.services.job_advice.web.actions.acts import act, of_file
from bacasable.services.job_advice.web.actions.files import own
from bacasable.services.job_advice.web.models import Advice, File, Interview, Item

#: Signs of a view or a note, at most.
LONGEST = 4000


def open_interview(*, file: File, by: User) -> Interview:
    """Open an interview, or return the open one; without suggestions where the person refused them."""
    own(file, by)
    if file.state != "open":
        raise Refused(N_("This file is closed: nothing is written in it any more."))
    running_one = file.interviews.filter(closed_at=None).first()
    if running_one:
        return running_one
    mode = "without_tool" if file.person.refused_tool_at else "with_tool"
    now = clock.now()
    made = Interview(file=file, adviser=by.public_id, mode=mode, opened_at=now)
    with act("interview_opened", of_file(file), by, mode=mode):
        made.save()
        File.objects.filter(pk=file.pk).update(last_at=now)
    return made


def give_view(*, interview: Interview, text: str, confirmed: str = "", by: User) -> None:
    """Keep the adviser's own view, before any suggestion is shown.

    Raises:
        words.Stopped: the text holds what may not be kept, or what must be read again.
        Refused: suggestions were shown already: a view after them would be none of one's own.
    """
    of_interview(interview, by)
    if interview.advices.exists():
        raise Refused(N_("Suggestions were shown already: what you think now goes into the note."))
    said = words.looked_at(text, confirmed=confirmed)
    if not said:
        raise Refused(N_("Write in a few words what you would advise, or that you have no view yet."))
    with act("view_given", of_file(interview.file), by):
        _write(interview, view=said)
        Interview.objects.filter(pk=interview.pk).update(viewed_at=clock.now())
    interview.refresh_from_db()


def write_note(*, interview: Interview, text: str, confirmed: str = "", by: User) -> None:
    """Keep the note of an interview; an empty one takes it away.

    Raises:
        words.Stopped: the text holds what may not be kept, or what must be read again.
    """
    of_interview(interview, by)
    said = words.looked_at(text, confirmed=confirmed)
    with act("note_written", of_file(interview.file), by):
        _write(interview, note=said)


def suggest(*, interview: Interview, by: User) -> Advice:
    """Ask the software for an opinion, and keep it as it is shown: whole, in its order, with its versions.

    Raises:
        NotYet: people here are real, and the impact assessment is not validated.
        Refused: the person refused the tool, or the adviser's own view is still to come.
    """
    from bacasable.services.job_advice.engine import counselling

    of_interview(interview, by)
    file = interview.file
    if interview.mode == "without_tool" or file.person.refused_tool_at:
        raise Refused(N_("The person wants no suggestion from software: none is asked for."))
    if running.settings().view_first and interview.viewed_at is None:
        raise Refused(N_("Write your own view first: suggestions come after it."))
    profile = gates.profile_to_advise(file)
    return keep_opinion(interview, profile, counselling.advise(running.referential(), profile), by)


def keep_opinion(interview: Interview, profile: Profile, found: trace.Advice, by: User) -> Advice:
    """Keep an opinion on ``profile`` as it is shown: whole, in its order, with its versions."""
    file, now = interview.file, clock.now()
    made = Advice(
        interview=interview,
        versions=versions_of(found),
        is_synthetic=found.is_synthetic,
        made_at=now,
        shown_at=now,
    )
    made.sealed = sealed.seal_words(file, made, {"opinion": found.as_json(), "profile": profile.as_json()})
    with act("suggested", of_file(file), by, count=len(found.suggestions), versions=made.versions):
        made.save()
        Item.objects.bulk_create(
            Item(advice=made, position=place, rank=one.rank, kind=one.kind, key=one.key)
            for place, one in enumerate(found.suggestions, start=1)
        )
        File.objects.filter(pk=file.pk).update(last_at=now)
    return made


def close_interview(*, interview: Interview, by: User) -> None:
    """End an interview: what was not decided stays undecided, and says so."""
    of_interview(interview, by)
    with act("interview_closed", of_file(interview.file), by):
        Interview.objects.filter(pk=interview.pk).update(closed_at=clock.now())
    interview.refresh_from_db()


def opinion_of(advice: Advice) -> trace.Advice:
    """Return an opinion as it was shown."""
    told = sealed.words_of(advice.interview.file, advice)
    return trace.Advice.from_json(told["opinion"])


def of_interview(interview: Interview, by: User) -> None:
    """Refuse who is not the adviser of the file, and an interview that is over.

    Raises:
        PermissionDenied: it is another's file.
        Refused: it is over.
    """
    own(interview.file, by)
    if interview.closed_at is not None:
        raise Refused(N_("This interview is over. Open another one."))


def versions_of(found: trace.Advice) -> str:
    """Return the digest of what an opinion was worked out with: tables, weights, the declaration."""
    told = [list(found.sources), found.weights, PROCESSING.digest()]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _write(interview: Interview, **said: str) -> None:
    told = {**sealed.words_of(interview.file, interview), **said}
    interview.sealed = sealed.seal_words(interview.file, interview, told)
    interview.save(update_fields=["sealed"])


def profile_of(advice: Advice) -> Profile:
    """Return the profile that an opinion was worked out from, as it was then."""
    return Profile.from_json(sealed.words_of(advice.interview.file, advice)["profile"])

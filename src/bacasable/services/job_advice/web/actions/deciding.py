"""What is decided of a suggestion, item by item, and the plan that is built from it.

Each verb is one act with the same fields; none is chosen beforehand, none takes several at once. The log is
only added to: a decision that changes is another act, and the last one counts.
"""

from datetime import date

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.indicators import ON_INTERVIEW, ON_ITEM
from bacasable.services.job_advice.web import sealed, words
from bacasable.services.job_advice.web.actions.acts import act, of_file
from bacasable.services.job_advice.web.actions.files import own
from bacasable.services.job_advice.web.actions.interviews import of_interview, opinion_of
from bacasable.services.job_advice.web.models import Act, File, Interview, Item, PlanStep

#: Verbs that put a step into the plan.
_INTO_PLAN = frozenset({"retained", "modified", "own_advice"})


def decide(*, item: Item, verb: str, reason: str = "", text: str = "", confirmed: str = "", by: User) -> Act:
    """Do one of the four things with a suggestion; what is retained or modified becomes a step of the plan.

    Raises:
        words.Stopped: the reason or the text holds what may not be kept, or must be read again.
        Refused: no verb was chosen, or the text of what is modified is the one that was proposed.
    """
    interview = item.advice.interview
    of_interview(interview, by)
    if verb not in ON_ITEM:
        raise Refused(N_("Choose what you do with this suggestion: nothing is chosen for you."))
    before = _label(item)
    after = " ".join(text.split()) or before
    if verb == "modified" and after == before:
        raise Refused(N_("Change the words of the suggestion, or retain it as it is."))
    if verb == "retained" and after != before:
        raise Refused(N_("You changed the words: choose “modify”, or put them back."))
    if verb != "modified":
        after = before
    told = {
        "reason": words.looked_at(reason, confirmed=confirmed),
        "before": before,
        "after": words.looked_at(after, confirmed=confirmed) if verb == "modified" else after,
    }
    return _done(interview, item, verb, told, by)


def advise_oneself(
    *, interview: Interview, verb: str, text: str = "", reason: str = "", confirmed: str = "", by: User
) -> Act:
    """Advise something of one's own, which becomes a step of the plan, or say that none of these is right.

    Raises:
        words.Stopped: the reason or the text holds what may not be kept, or must be read again.
        Refused: no verb was chosen, or an advice of one's own without words.
    """
    of_interview(interview, by)
    if verb not in ON_INTERVIEW:
        raise Refused(N_("Choose between an advice of your own and none of these."))
    said = words.looked_at(" ".join(text.split()), confirmed=confirmed)
    if verb == "own_advice" and not said:
        raise Refused(N_("Write your own advice."))
    if verb == "none_of_these" and not interview.advices.exists():
        raise Refused(N_("Nothing was suggested: there is nothing to set aside."))
    told = {"reason": words.looked_at(reason, confirmed=confirmed), "before": "", "after": said}
    return _done(interview, None, verb, told, by)


def set_dates(*, step: PlanStep, starts_on: date | None, ends_on: date | None, by: User) -> None:
    """Say from when to when a step is to be done.

    Raises:
        Refused: it would end before it begins.
    """
    _of_step(step, by)
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(N_("The step would end before it begins. Check the dates."))
    with act("step_dated", of_file(step.file), by):
        PlanStep.objects.filter(pk=step.pk).update(starts_on=starts_on, ends_on=ends_on)


def move(*, step: PlanStep, earlier: bool, by: User) -> None:
    """Put a step before the one before it, or after the one after it; the first stays first."""
    _of_step(step, by)
    steps = list(plan_of(step.file))
    place = next(number for number, one in enumerate(steps) if one.pk == step.pk)
    other = place - 1 if earlier else place + 1
    if not 0 <= other < len(steps):
        return
    steps[place], steps[other] = steps[other], steps[place]
    with act("step_moved", of_file(step.file), by):
        for number, one in enumerate(steps, start=1):
            PlanStep.objects.filter(pk=one.pk).update(order=number)


def take_out(*, step: PlanStep, by: User) -> None:
    """Take a step out of the plan; that it was there stays known."""
    _of_step(step, by)
    with act("step_taken_out", of_file(step.file), by):
        PlanStep.objects.filter(pk=step.pk, removed_at=None).update(removed_at=clock.now())


def mark_done(*, step: PlanStep, done: bool, by: User) -> None:
    """Say that a step was done, or that it was not after all."""
    _of_step(step, by)
    with act("step_done", of_file(step.file), by, done=done):
        PlanStep.objects.filter(pk=step.pk).update(done_at=clock.now() if done else None)


def plan_of(file: File) -> "list[PlanStep]":
    """Return the steps of the plan of a file, in their order."""
    return list(file.steps.filter(removed_at=None))


def _done(interview: Interview, item: Item | None, verb: str, told: dict[str, str], by: User) -> Act:
    """Add the act to the log and put the plan right."""
    file, now = interview.file, clock.now()
    shown = item.advice.shown_at if item else None
    last = interview.acts.order_by("-at").values_list("at", flat=True).first()
    since = max((at for at in (shown, last) if at is not None), default=None) if item else None
    made = Act(
        interview=interview,
        item=item,
        verb=verb,
        is_changed=bool(told["before"]) and told["after"] != told["before"],
        reading_ms=max(0, round((now - since).total_seconds() * 1000)) if since else None,
        at=now,
        adviser=by.public_id,
    )
    made.sealed = sealed.seal_words(file, made, told)
    with act("decided", of_file(file), by, verb=verb, position=item.position if item else 0):
        made.save()
        if item is not None:
            file.steps.filter(act__item=item, removed_at=None).update(removed_at=now)
        if verb in _INTO_PLAN:
            _into_plan(file, made, item, told)
        File.objects.filter(pk=file.pk).update(last_at=now)
    return made


def _into_plan(file: File, made: Act, item: Item | None, told: dict[str, str]) -> None:
    step = PlanStep(
        file=file,
        act=made,
        kind=item.kind if item else "own",
        order=1 + max(file.steps.values_list("order", flat=True), default=0),
        made_at=made.at,
    )
    step.sealed = sealed.seal_words(file, step, {"text": told["after"], "reason": told["reason"]})
    step.save()


def _label(item: Item) -> str:
    """Return the words of a suggestion, as they were shown."""
    suggestions = opinion_of(item.advice).suggestions
    label: str = next(one.label for one in suggestions if one.rank == item.rank)
    return label


def _of_step(step: PlanStep, by: User) -> None:
    own(step.file, by)
    if step.file.state != "open" or step.removed_at is not None:
        raise Refused(N_("This step is not in an open plan any more."))

"""The reasons of a suggestion in other words, by a model: asked by a template, kept as it was sent.

The request is kept and journalled before it leaves; an answer that says anything else is dropped.
"""

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.exchange.models import Endpoint
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine import wording
from bacasable.services.job_advice.engine.trace import Advice as Opinion
from bacasable.services.job_advice.engine.trace import Suggestion
from bacasable.services.job_advice.web import sealed
from bacasable.services.job_advice.web.actions.acts import act, of_file
from bacasable.services.job_advice.web.actions.interviews import of_interview, opinion_of
from bacasable.services.job_advice.web.models import Item, Prompt
from bacasable.ui.saying import spoken


def would_ask(item: Item, language: str) -> wording.Prompt:
    """Return what a model would be asked about a suggestion: the template, filled with its reasons."""
    opinion, suggestion = _shown(item)
    return wording.prompt(opinion, suggestion, language=language, spoken=spoken)


def say_again(*, item: Item, endpoint: Endpoint | None, language: str, by: User) -> Prompt:
    """Ask a model to say the reasons of a suggestion in other words, for the person; keep what was sent.

    No answer, or one that says something else, is no error: the product's own words stand.

    Raises:
        PermissionDenied: it is another's file.
        Refused: the interview is over, or no model is configured here.
    """
    interview = item.advice.interview
    of_interview(interview, by)
    if endpoint is None:
        raise Refused(N_("No model is configured here: the reasons stand in the product’s own words."))
    file, asked = interview.file, would_ask(item, language)
    made = Prompt(
        file=file,
        item=item,
        template=asked.key,
        version=str(asked.version),
        host=endpoint.host,
        at=clock.now(),
        by=by.public_id,
    )
    made.sealed = sealed.seal_words(file, made, {"asked": asked.text})
    with act("model_asked", of_file(file), by, template=asked.key, version=asked.version):
        made.save()
    opinion, suggestion = _shown(item)
    said = wording.rephrase(opinion, suggestion, endpoint, language=language, spoken=spoken)
    made.outcome = "failed" if said.checked is None else "kept" if said.is_rephrased else "dropped"
    told = {"asked": asked.text, **({"answer": said.text} if said.is_rephrased else {})}
    made.sealed = sealed.seal_words(file, made, told)
    with act("model_answered", of_file(file), by, outcome=made.outcome):
        made.save(update_fields=["sealed", "outcome"])
    return made


def _shown(item: Item) -> tuple[Opinion, Suggestion]:
    """Return the opinion of an item as it was shown, and its suggestion in it."""
    opinion = opinion_of(item.advice)
    return opinion, next(one for one in opinion.suggestions if one.rank == item.rank)

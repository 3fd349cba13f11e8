"""What job advice processes, why, and for how long: the first file to read.

It gives opinions with their reasons; the adviser and the person decide, item by item. What the software sees
of a person has no name, sex, age, origin, address, health or family in it.
"""

from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    Dpia,
    Measure,
    Oversight,
    Processing,
    Recipient,
)
from bacasable.compliance.service import N_
from bacasable.services.job_advice.processing.held import HELD, NOT_PERSONAL
from bacasable.services.job_advice.processing.purposes import (
    ACCESS,
    ADVISE,
    ANSWER,
    AUDIT,
    KEPT_READING,
    LIMITS,
    MEASURE,
    REFUSED_USES,
    TRAINING_OF_ADVISERS,
)

__all__ = [
    "ACCESS",
    "ADVISE",
    "ANSWER",
    "AUDIT",
    "KEPT_READING",
    "LIMITS",
    "MEASURE",
    "PROCESSING",
    "REFUSED_USES",
    "TRAINING_OF_ADVISERS",
]

PROCESSING = Processing(
    service="job_advice",
    title=N_("Personalised job advice"),
    controller=Controller(
        name=N_("the body that runs this installation"),
        contact=N_("at the address of this site"),
        dpo=Contact(N_("its data protection officer")),
    ),
    persons={
        "jobseeker": N_("people who look for work and are advised"),
        "adviser": N_("advisers, and other agents of the service"),
    },
    purposes=(ADVISE, LIMITS, MEASURE, TRAINING_OF_ADVISERS, AUDIT, ANSWER, ACCESS),
    data=HELD,
    not_personal=NOT_PERSONAL,
    recipients=(
        Recipient(
            N_("the person's own adviser, and the person themself"),
            "internal",
            (ADVISE.key, LIMITS.key),
        ),
        Recipient(
            N_("another agent, for what the person contests"),
            "internal",
            (ANSWER.key,),
        ),
        Recipient(
            N_("the head of service: measures of the service, from five advisers on, never a file"),
            "internal",
            (MEASURE.key, TRAINING_OF_ADVISERS.key),
        ),
        Recipient(
            N_("the data protection officer: audits, never a file"),
            "internal",
            (AUDIT.key,),
        ),
        Recipient(
            N_("who runs the model, where one is configured: the reasons, never a name or a note"),
            "processor",
            (ADVISE.key,),
            contract=N_("GDPR, art. 28(3): to be signed before the address of a model is configured"),
        ),
    ),
    security=(
        Measure(
            "nothing_protected_in_the_profile",
            N_("the scorer's input has no place for sex, age, origin, health, family or identity"),
        ),
        Measure(
            "acts_are_only_added",
            N_("what was done of a suggestion is added to a log that the database lets nobody change"),
        ),
        Measure(
            "sealed_files",
            N_("profiles, opinions, notes and plans are sealed, one key a file"),
        ),
        Measure(
            "words_looked_at_before_they_are_kept",
            N_("notes are searched for health, family, origin, religion, union and numbers before keeping"),
            control="sensitive_words_stopped",
        ),
        Measure(
            "who_somebody_is_goes_no_further",
            N_("who a person is, in a note or a CV, reaches no model, no scorer, no journal and no log"),
            control="canaries_reaching_the_model",
        ),
        Measure(
            "cvs_read_on_the_spot",
            N_("a CV is read in memory and cut first; nothing of its file or of its words is kept"),
            control="curricula_not_kept",
        ),
    ),
    dpia=Dpia(
        criteria=("evaluation_or_scoring", "sensitive_data", "vulnerable_persons", "innovative_use"),
        status="to_do",
        reason=N_(
            "people who look for work are scored against occupations, and may state limits: the controller "
            "assesses before production"
        ),
    ),
    oversight=Oversight(
        by=N_("the adviser, with the person beside them"),
        means=N_(
            "reasons for and against each suggestion, what is missing, what would change it, each with its "
            "source; the adviser's own view first"
        ),
        can_depart=N_(
            "each suggestion is retained, modified, refused or deferred by an act of its own, at the same "
            "cost; own advice and none of these are always there; the person may refuse the tool"
        ),
    ),
    ai_act=AiActProfile(
        uses_ai=True,
        role="both",
        risk="high",
        class_reasons={
            "3(1)": N_("occupations are ranked by learned codes and weighted factors"),
            "6(2), Annex III 4(a)": N_(
                "recruitment or selection: no employer receives anything and nobody is selected; whether "
                "advice on occupations comes close to it is an open question, so the duties are kept as "
                "if it did"
            ),
            "6(2), Annex III 4(b)": N_("no work relation is decided on, none is watched"),
            "6(2), Annex III 3": N_(
                "trainings are suggested; access to them is decided elsewhere, by people"
            ),
            "6(2), Annex III 5(a)": N_(
                "opens, cuts and reckons no benefit; refusing the tool has no effect on any"
            ),
            "6(3)": N_(
                "the exception of preparatory tasks is not claimed: a profile of a person is always "
                "high risk where Annex III applies"
            ),
            "26(11), 50(1)": N_("the person is told, on screen and on paper, and may refuse"),
        },
        notice_to_persons=N_(
            "Software gives your adviser and you opinions with their reasons. It decides nothing: you and "
            "your adviser do. You may refuse it: the service is the same, and nothing changes for "
            "your benefits."
        ),
    ),
    refused_uses=REFUSED_USES,
)

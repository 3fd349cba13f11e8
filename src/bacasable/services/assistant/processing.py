"""What the assistant processes, why, and for how long: the first file to read.

What an agent types about a person of the public is hidden before it leaves the process: no model, embedder,
log or trace receives it. It is kept sealed in the conversation, as long as the conversation, for the reply.
"""

from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    DataField,
    Dpia,
    LawfulBasis,
    Measure,
    NotPersonal,
    Oversight,
    Period,
    Processing,
    Purpose,
    Recipient,
    Retention,
    model_fields,
)
from bacasable.compliance.service import N_

CONVERSATION = "assistant.Conversation"
TURN = "assistant.Turn"
DRAFT = "assistant.Draft"
FEEDBACK = "assistant.Feedback"
GROUP = "assistant.ReaderGroup"
MEMBER = "assistant.Membership"
COLLECTION = "assistant.Collection"
IMPORT = "assistant.Import"
KEY = "assistant.ApiKey"
USAGE = "assistant.Usage"

ANSWER = Purpose(
    "answer_question",
    N_("answer an agent's question from official sheets, and help to write the reply"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=N_("the mission of the counter: in France, Act no. 2000-321 of 12 April 2000, art. 27"),
)
IMPROVE = Purpose(
    "improve_answers",
    N_("see which answers do not help, and mend the sheets or the search"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=ANSWER.founded_on,
)
PROTECT = Purpose(
    "control_access",
    N_("let each agent read what is open to their groups, and no more"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 32"),
)

#: Short on purpose: a conversation helps while the person is at the counter, and some days after.
KEPT_CONVERSATION = Retention(
    "conversation", N_("conversations and drafts"), N_("the last question"), current=Period(days=30)
)
KEPT_FEEDBACK = Retention("feedback", N_("opinions on answers"), N_("the opinion"), current=Period(months=6))
KEPT_ACCESS = Retention(
    "assistant_access", N_("groups and keys"), N_("the end of the access"), current=Period(months=12)
)
KEPT_USAGE = Retention("usage", N_("daily counts of calls"), N_("the day"), current=Period(months=3))

PROCESSING = Processing(
    service="assistant",
    title=N_("Assistant for civil servants"),
    controller=Controller(
        name=N_("the body that runs this installation"),
        contact=N_("at the address of this site"),
        dpo=Contact(N_("its data protection officer")),
    ),
    persons={
        "agent": N_("agents who ask"),
        "visitor": N_("people of the public whom an agent's question or note is about"),
    },
    purposes=(ANSWER, IMPROVE, PROTECT),
    data=(
        DataField(
            "asker",
            N_("the account that asked (its identifier, no name)"),
            "account",
            ("agent",),
            (ANSWER.key,),
            KEPT_CONVERSATION,
            model_fields(CONVERSATION, "person opened_at last_at") + model_fields(TURN, "asked_at"),
        ),
        DataField(
            "conversation",
            N_("questions, notes, answers and drafts, sealed"),
            "free_text",
            ("agent", "visitor"),
            (ANSWER.key,),
            KEPT_CONVERSATION,
            model_fields(TURN, "sealed") + model_fields(DRAFT, "sealed made_at validated_at"),
            source="agent",
            leaves="redacted",
        ),
        DataField(
            "opinion",
            N_("whether an answer helped, and why"),
            "professional_life",
            ("agent",),
            (IMPROVE.key,),
            KEPT_FEEDBACK,
            model_fields(FEEDBACK, "helped reasons comment given_at"),
            required=False,
            leaves="redacted",
        ),
        DataField(
            "group",
            N_("the groups of an agent, which open collections"),
            "professional_life",
            ("agent",),
            (PROTECT.key,),
            KEPT_ACCESS,
            model_fields(MEMBER, "person group added_at ended_at"),
            source="staff",
        ),
        DataField(
            "key",
            N_("keys of the programming interface: whose, since when, last day of use"),
            "account",
            ("agent",),
            (PROTECT.key,),
            KEPT_ACCESS,
            model_fields(KEY, "person label digest made_at last_used_on revoked_at"),
        ),
        DataField(
            "usage",
            N_("number of calls of a key, by day and kind: no question, no address"),
            "connection",
            ("agent",),
            (PROTECT.key,),
            KEPT_USAGE,
            model_fields(USAGE, "key day kind calls units"),
        ),
        DataField(
            "importer",
            N_("the account that imported documents"),
            "professional_life",
            ("agent",),
            (PROTECT.key,),
            KEPT_ACCESS,
            model_fields(IMPORT, "by asked_at"),
        ),
    ),
    not_personal=(
        NotPersonal(
            N_("numbers and random identifiers of records, or the record that one belongs to"),
            model_fields(CONVERSATION, "id public_id")
            + model_fields(TURN, "id public_id conversation number")
            + model_fields(DRAFT, "id public_id turn kind")
            + model_fields(FEEDBACK, "id public_id")
            + model_fields(MEMBER, "id public_id")
            + model_fields(KEY, "id public_id")
            + model_fields(USAGE, "id")
            + model_fields(IMPORT, "id public_id"),
        ),
        NotPersonal(
            N_("the data key of a conversation, wrapped by the key of the installation"),
            model_fields(CONVERSATION, "data_key"),
        ),
        NotPersonal(
            N_("what an answer was, without its words: abstained or not, worded by a model or not, counts"),
            model_fields(TURN, "outcome generated hidden alerts quotations milliseconds")
            + model_fields(FEEDBACK, "outcome"),
        ),
        NotPersonal(
            N_("collections, groups and imports of documents: nobody's"),
            model_fields(GROUP, "id public_id title")
            + model_fields(
                COLLECTION,
                "id public_id key title publisher licence maximum_age_days is_open made_at",
            )
            + model_fields(f"{COLLECTION}_readers", "id collection readergroup")
            + (f"{COLLECTION}.readers", "HOME/assistant")
            + model_fields(
                IMPORT,
                "collection source data_key file file_name state done total added changed unchanged removed "
                "unreadable replaces finished_at",
            ),
        ),
    ),
    recipients=(
        Recipient(
            N_("the agent who asked, alone"),
            "internal",
            (ANSWER.key,),
        ),
    ),
    security=(
        Measure(
            "hidden_before_leaving",
            N_("what is typed about a person is hidden before any model, embedder or log"),
            "personal_data_reaching_the_model",
        ),
        Measure(
            "access_inside_the_query",
            N_("the groups of the asker are part of each search"),
            "leakage_across_groups",
        ),
        Measure(
            "sealed_conversations",
            N_("conversations are sealed, one key each, and expire"),
            "conversations_forgotten",
        ),
    ),
    dpia=Dpia(
        criteria=("innovative_use", "vulnerable_persons"),
        status="to_do",
        reason=N_(
            "a language model may be used, and people who come to a counter may be vulnerable: the "
            "controller assesses before production"
        ),
    ),
    oversight=Oversight(
        by=N_("the agent who asked"),
        means=N_("each sentence shows the words of the sheet that carries it, its date and its address"),
        can_depart=N_("the agent writes the reply, changes any word and validates it; nothing is sent"),
    ),
    ai_act=AiActProfile(
        uses_ai=True,
        role="both",
        risk="transparency",
        class_reasons={
            "3(1)": N_("search by learned vectors, and wording by a model where one is configured"),
            "6(2), Annex III 5(a)": N_(
                "informs on conditions published for all; does not evaluate whether a person is eligible"
            ),
            "50(2)": N_("text worded by a model is marked so, for people and for machines"),
        },
        notice_to_persons=N_(
            "An agent may ask an assistant that quotes official sheets. It knows nothing of your file and "
            "decides nothing."
        ),
    ),
)

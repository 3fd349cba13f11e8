"""Why job advice processes data, for how long, and what the data never serve."""

from bacasable.compliance.processing import LawfulBasis, Period, Purpose, Retention, SpecialGround
from bacasable.compliance.service import N_

PERSON = "job_advice.Person"
FILE = "job_advice.File"
INTERVIEW = "job_advice.Interview"
OPINION = "job_advice.Advice"
ITEM = "job_advice.Item"
ACT = "job_advice.Act"
STEP = "job_advice.PlanStep"
WORD = "job_advice.Word"
LINK = "job_advice.AccessLink"
PROMPT = "job_advice.Prompt"
TRAINING = "job_advice.Training"
TRAINING_ITEM = "job_advice.TrainingItem"
IMPORT = "job_advice.Import"
DOOR = "job_advice.RetentionDoor"

_PUBLIC_SERVICE = N_(
    "the public employment service: in France, Code du travail, art. L.5311-1 to L.5311-3, L.5312-1 and "
    "L.5411-6"
)
ADVISE = Purpose(
    "advise",
    N_("prepare, with the person, opinions with their reasons and a plan that people decide"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_PUBLIC_SERVICE,
)
LIMITS = Purpose(
    "respect_limits",
    N_("leave aside work that the person says they cannot do, where they choose to say it"),
    LawfulBasis.CONSENT,
    special_ground=SpecialGround.EXPLICIT_CONSENT,
)
MEASURE = Purpose(
    "measure_decision",
    N_("measure, for the service as a whole, whether people really decide: never adviser by adviser"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 5(2) and 22(1): a person decides, and it can be shown"),
)
TRAINING_OF_ADVISERS = Purpose(
    "train_advisers",
    N_("train advisers, on files that do not exist, to see a bad suggestion"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_PUBLIC_SERVICE,
)
AUDIT = Purpose(
    "audit",
    N_("look whether what is suggested differs between territories, or crowds on a few occupations"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 5(1)(a) and 35(11); Act no. 2008-496 of 27 May 2008, art. 2"),
)
ANSWER = Purpose(
    "answer_contestations",
    N_("let the person correct, comment, contest and ask for a human, and have another agent answer"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 12(3), 16 and 22(3)"),
)
ACCESS = Purpose(
    "access",
    N_("open a file to its person and to its adviser, and to nobody else"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 32"),
)

#: A plan is of use while the person looks for work with it, and some months after.
KEPT_PERSON = Retention(
    "job_person", N_("who the person is"), N_("the closing of the file"), current=Period(months=12)
)
KEPT_FILE = Retention(
    "job_file",
    N_("files: profile, interviews, opinions, plan"),
    N_("the closing of the file"),
    current=Period(months=12),
)
KEPT_LIMITS = Retention(
    "job_limits",
    N_("limits at work that the person chose to state"),
    N_("the closing of the file, or the day on which they are taken back"),
    current=Period(months=1),
)
KEPT_ACT = Retention(
    "job_act",
    N_("what an adviser did of each suggestion"),
    N_("the act"),
    current=Period(months=12),
)
#: The longest; ``BACASABLE_JOB_ADVICE_READING_DAYS`` may make it shorter.
KEPT_READING = Retention(
    "job_reading",
    N_("how long an adviser read before an act"),
    N_("the act"),
    current=Period(days=30),
)
KEPT_WORD = Retention(
    "job_word",
    N_("comments, corrections, contestations and their answers"),
    N_("the answer"),
    current=Period(months=24),
)
KEPT_LINK = Retention(
    "job_link", N_("links and paper codes"), N_("the making of the link"), current=Period(months=6)
)
#: Logs are kept six months at least where Regulation (EU) 2024/1689, art. 26(6) applies.
KEPT_PROMPT = Retention(
    "job_prompt", N_("requests to a model, as sent"), N_("the request"), current=Period(months=6)
)
KEPT_TRAINING = Retention(
    "job_training",
    N_("who did a training session, to show them their own result"),
    N_("the session"),
    current=Period(months=2),
)
KEPT_IMPORT = Retention("job_import", N_("imports of tables"), N_("the import"), current=Period(months=12))

#: What the data never serve, by a word of the purpose that somebody would ask for.
REFUSED_USES = {
    "control": N_("advice is no watch on a search for work: nothing goes from here to control"),
    "sanction": N_("to retain, refuse or contest an opinion is never a ground for a sanction"),
    "benefit": N_("no benefit is opened, cut or reckoned from an opinion, or from refusing the tool"),
    "fraud": N_("what a person says of themself to be advised is not watched for fraud"),
    "ranking": N_("advisers are neither ranked nor assessed: measures are those of the service"),
    "recruit": N_("no employer receives a profile, a score or a rank from here"),
}

"""A declaration told in a language, for every format the same; what it leaves open is gathered on the way."""

from collections.abc import Iterable
from pathlib import Path

from bacasable.compliance import wording
from bacasable.compliance.declaration import Contact, DataField, Measure, Purpose, Recipient, Retention
from bacasable.compliance.dpia import Standing, standing
from bacasable.compliance.exports import assessed
from bacasable.compliance.exports.assessed import BOTH
from bacasable.compliance.exports.interface import Context, Measured
from bacasable.compliance.exports.sheet import Missing, Section, Sheet, Source, Words
from bacasable.compliance.law import CATEGORIES, TRANSFER_GUARANTEES, LawfulBasis
from bacasable.compliance.processing import Processing
from bacasable.compliance.rights import Applicability, Right, applicable
from bacasable.compliance.service import N_

VERDICTS = {"passed": N_("kept"), "failed": N_("not kept"), "void": N_("void: the control saw nothing")}
#: Texts that every format rests on. None was read in the official journal here: each says so.
GDPR_30 = Source(N_("GDPR (Regulation (EU) 2016/679), article 30"), "to_check")
GDPR_35 = Source(N_("GDPR (Regulation (EU) 2016/679), article 35"), "to_check")


class Reading:
    """Tell ``declaration`` in the language of ``context``; ``missing`` is what was asked and is not there."""

    def __init__(self, declaration: Processing, context: Context) -> None:
        self.declaration = declaration
        self.context = context
        self.say = context.say
        self._missing: dict[Missing, None] = {}

    @property
    def missing(self) -> tuple[Missing, ...]:
        return tuple(self._missing)

    def lacks(self, what: str, where: str, /, **values: object) -> None:
        """Note a marked message that says what is missing, and the place (already told) to fill it."""
        self._missing[Missing(self.say(what, **values), where)] = None

    def field(self, path: str) -> str:
        """Return a place in the declaration: its file and the field."""
        return f"{file_of(self.declaration)}: {path}"

    # Who

    def controller(self) -> str:
        """Return the controller and its contact: those that the settings tell, else those declared."""
        declared = self.declaration.controller
        if not self.context.controller:
            self.lacks(
                N_("name of the controller that runs this installation (the declared one is told)"),
                "BACASABLE_CONTROLLER_NAME",
            )
        contact = self.context.controller_contact or self.say(declared.contact)
        if not contact:
            self.lacks(N_("contact of the controller"), "BACASABLE_CONTROLLER_CONTACT")
        return self._joined(self.controller_name(), contact)

    def controller_name(self) -> str:
        return self.context.controller or self.say(self.declaration.controller.name)

    def controller_contact(self) -> str:
        return self.context.controller_contact or self.say(self.declaration.controller.contact)

    def dpo(self) -> str:
        """Return the data protection officer and how to reach them; empty where there is none."""
        declared = self.declaration.controller.dpo
        if declared is None:
            return self.context.dpo_contact
        contact = self.context.dpo_contact or self.say(declared.contact)
        if not contact:
            self.lacks(N_("contact of the data protection officer"), "BACASABLE_DPO_CONTACT")
        return self._joined(self.say(declared.name), contact)

    def joint(self) -> tuple[str, ...]:
        return tuple(self._body(body) for body in self.declaration.controller.joint)

    def _body(self, body: Contact) -> str:
        return self._joined(self.say(body.name), self.say(body.contact))

    @staticmethod
    def _joined(name: str, contact: str) -> str:
        return f"{name}, {contact}" if contact else name

    # Why

    def title(self) -> str:
        return self.say(self.declaration.title)

    def purpose(self, purpose: Purpose) -> str:
        return self.say(purpose.label)

    def basis(self, purpose: Purpose) -> str:
        """Return the lawful basis of a purpose, its article, the text that founds it, its special ground."""
        if purpose.basis is None:  # refused when the declaration is built
            return ""
        told = self.say(
            N_("%(basis)s (GDPR %(article)s)"),
            basis=self.say(purpose.basis.label),
            article=purpose.basis.value,
        )
        if purpose.founded_on:
            told = self.say(BOTH, label=told, value=self.say(purpose.founded_on))
        if purpose.special_ground:
            ground = self.say(
                N_("special categories: %(ground)s (GDPR %(article)s)"),
                ground=self.say(purpose.special_ground.label),
                article=purpose.special_ground.value,
            )
            told = f"{told}; {ground}"
        return told

    def rests_on(self, basis: LawfulBasis) -> tuple[Purpose, ...]:
        return tuple(purpose for purpose in self.declaration.purposes if purpose.basis is basis)

    # What, of whom, for how long

    def data_of(self, purpose: Purpose | None = None) -> tuple[DataField, ...]:
        if purpose is None:
            return self.declaration.data
        return tuple(item for item in self.declaration.data if purpose.key in item.purposes)

    def persons(self, data: Iterable[DataField]) -> tuple[str, ...]:
        keys = {key for item in data for key in item.persons}
        return tuple(self.say(label) for key, label in self.declaration.persons.items() if key in keys)

    def category(self, item: DataField) -> str:
        category = CATEGORIES[item.category]
        told = self.say(category.label)
        return f"{told} (GDPR {category.article})" if category.special else told

    def categories(self, data: Iterable[DataField]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.category(item) for item in data))

    def special(self, data: Iterable[DataField]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.category(one) for one in data if CATEGORIES[one.category].special))

    def sources(self, data: Iterable[DataField]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.source(item) for item in data))

    def source(self, item: DataField) -> str:
        return self.say(SOURCES.get(item.source, item.source))

    def retentions(self, data: Iterable[DataField]) -> tuple[str, ...]:
        kept: dict[str, Retention] = {item.retention.key: item.retention for item in data if item.retention}
        return tuple(wording.retention(one, self.say) for one in kept.values())

    def places(self, data: Iterable[DataField]) -> tuple[str, ...]:
        return wording.places(tuple(place for item in data for place in item.stored_in))

    # Going out

    def recipients(self, purpose: Purpose | None = None) -> tuple[str, ...]:
        return tuple(self._recipient(one) for one in self._received(purpose) if one.kind != "processor")

    def processors(self, purpose: Purpose | None = None) -> tuple[str, ...]:
        return tuple(self._recipient(one) for one in self._received(purpose) if one.kind == "processor")

    def _received(self, purpose: Purpose | None) -> tuple[Recipient, ...]:
        return tuple(
            one
            for one in self.declaration.recipients
            if purpose is None or not one.purposes or purpose.key in one.purposes
        )

    def _recipient(self, one: Recipient) -> str:
        name = self.say(one.name)
        if not one.contract:
            return name
        return self.say(N_("%(name)s (contract: %(contract)s)"), name=name, contract=self.say(one.contract))

    def transfers(self, purpose: Purpose | None = None) -> tuple[str, ...]:
        names = {one.name for one in self._received(purpose)}
        return tuple(
            self.say(
                N_("%(recipient)s, %(country)s: %(guarantee)s (GDPR %(article)s)"),
                recipient=self.say(one.recipient),
                country=self.say(one.country),
                guarantee=self.say(TRANSFER_GUARANTEES[one.guarantee]),
                article=one.guarantee,
            )
            for one in self.declaration.transfers
            if one.recipient in names
        )

    # Rights

    def rights(self, *chosen: Right, purpose: Purpose | None = None) -> tuple[str, ...]:
        """Return which rights apply, all or ``chosen``, and why; of one purpose, or purpose by purpose."""
        purposes = (purpose,) if purpose else self.declaration.purposes
        found = applicable(self.declaration)
        told = []
        for right in chosen or tuple(Right):
            grouped: dict[str, list[str]] = {}
            for one in purposes:
                grouped.setdefault(self._right(found[right][one.key]), []).append(self.purpose(one))
            for line, labels in grouped.items():
                if len(grouped) > 1:
                    line = self.say(
                        N_("%(right)s (for: %(purposes)s)"), right=line, purposes="; ".join(labels)
                    )
                told.append(line)
        return tuple(told)

    def _right(self, found: Applicability) -> str:
        article = self.say(found.right.article)
        message = (
            N_("%(right)s (%(article)s), applies: %(reason)s")
            if found.applies
            else N_("%(right)s (%(article)s), does not apply: %(reason)s")
        )
        return self.say(
            message,
            right=self.say(found.right.label),
            article=self.say(N_("GDPR %(article)s"), article=article) if article[0].isdigit() else article,
            reason=self.say(found.condition or found.reason),
        )

    # Security, measured

    def measure(self, measure: Measure) -> str:
        return self.say(measure.label)

    def evidence(self, measure: Measure) -> str:
        """Return the latest measurement of a measure; empty, and noted, where there is none."""
        if not measure.control:
            return ""
        for name in self.context.refused:
            self.lacks(N_("a measurement that is refused"), name)
        found = self.context.measured.get(measure.control)
        if found is None:
            self.lacks(
                N_("measurement of the measure: %(measure)s"),
                f"bacasable check {self.declaration.service} --control {measure.control}",
                measure=self.measure(measure),
            )
            return ""
        if not found.is_current:
            self.lacks(
                N_("measurement under the declaration as it is now: %(measure)s"),
                f"bacasable check {self.declaration.service} --control {measure.control}",
                measure=self.measure(measure),
            )
        return self.measured(found)

    def measured(self, found: Measured) -> str:
        """Return a measurement in one sentence, with its interval, trials, date, threshold and verdict."""
        return self.say(
            N_(
                "measured on %(date)s: %(value)s, interval %(low)s to %(high)s at %(level)s %%, %(n)s trials "
                "(%(unit)s); promise: %(promise)s; verdict: %(verdict)s"
            ),
            date=found.measured_at.date().isoformat(),
            value=number(found.value),
            low=number(found.low),
            high=number(found.high),
            level=number(found.level * 100),
            n=found.n,
            unit=self.say(found.unit),
            promise=self.promise(found),
            verdict=self.say(VERDICTS[found.verdict]),
        )

    def promise(self, found: Measured) -> str:
        message = (
            N_("at most %(threshold)s") if found.direction == "at_most" else N_("at least %(threshold)s")
        )
        return self.say(message, threshold=number(found.threshold))

    def security(self) -> tuple[str, ...]:
        """Return each security measure with its latest measurement."""
        if not self.declaration.security:
            self.lacks(N_("security measures"), self.field("Processing(security=(Measure(...),))"))
        told = []
        for measure in self.declaration.security:
            evidence = self.evidence(measure)
            told.append(f"{self.measure(measure)} ({evidence})" if evidence else self.measure(measure))
        return tuple(told)

    # Decisions and assessments

    def automated(self) -> str:
        """Return whether decisions are taken by automated means alone, and the way out."""
        decisions = self.declaration.automated_decisions
        if not decisions.taken:
            return self.say(N_("no decision rests on automated processing alone"))
        return self.say(
            N_("yes, allowed by GDPR %(article)s; logic: %(logic)s; human review: %(review)s"),
            article=decisions.allowed_by,
            logic=self.say(decisions.logic),
            review=self.say(decisions.human_review),
        )

    @property
    def assessed(self) -> Standing:
        """Where the impact assessment stands here and now, as declared or recorded."""
        return standing(self.declaration, self.context.dpia, self.context.at)

    def dpia_status(self) -> str:
        """Return how far the impact assessment is, with the dates of what was recorded of it."""
        return assessed.status(self.assessed, self.context)

    def dpia(self) -> str:
        """Return whether an impact assessment is due, why, and how far it is."""
        return assessed.told(self.declaration.dpia, self.assessed, self.context)

    # The sheet

    def sheet(
        self,
        title: str,
        sections: Iterable[Section],
        *,
        introduction: tuple[str, ...] = (),
        sources: tuple[Source, ...] = (),
    ) -> Sheet:
        """Return a sheet of these sections with what is missing, in the language of the context."""
        made = tuple(sections)  # walked now, so that what they lack is known below
        date = self.say(
            N_("Made on %(date)s from the declaration %(digest)s…"),
            date=self.context.at.date().isoformat(),
            digest=self.declaration.digest()[:16],
        )
        return Sheet(
            title=title,
            language=self.context.language,
            issuer=self.context.office,
            introduction=(*introduction, date),
            sections=made,
            words=words(self.context),
            missing=self.missing,
            sources=tuple(Source(self.say(one.title), one.status) for one in sources),
        )


def words(context: Context) -> Words:
    """Return what every sheet says of itself, in the language of ``context``."""
    say = context.say
    return Words(
        missing=say(N_("What could not be filled, and where to fill it")),
        missing_columns=(say(N_("what")), say(N_("where"))),
        nothing_missing=say(N_("Everything that this format asks for was found.")),
        sources=say(N_("Sources")),
        status={
            "read": say(N_("read in the text itself")),
            "secondary": say(N_("secondary source, to be checked")),
            "to_check": say(N_("to be checked against the official text")),
        },
        page=say(N_("page {page} of {pages}")),
    )


def file_of(declaration: Processing) -> str:
    """Return the file of a declaration as people find it: ``processing.py``, ``processing/__init__.py``."""
    path = Path(declaration.declared_at.rpartition(":")[0])
    return f"{path.parent.name}/{path.name}" if path.name == "__init__.py" else path.name


def number(value: float) -> str:
    """Return a number with up to five significant digits, the same in every language."""
    return f"{value:.5g}"


SOURCES = {
    "person": N_("the person"),
    "platform": N_("the platform itself"),
    "staff": N_("staff"),
    "administrator": N_("an administrator"),
}

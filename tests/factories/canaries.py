"""Unique words planted in everything that is not public, so that a test can search answers for them."""

from itertools import count
from typing import Any

from django.apps import apps
from django.db.models import CharField, EmailField, Field, Model, Q, SlugField, TextField, URLField

from bacasable.people.fields import VaultNameField
from bacasable.people.models import User
from bacasable.programme.call.models import Call, Question
from bacasable.programme.committee.models import Conference, Letter
from bacasable.programme.desk.models import LawfulException
from bacasable.programme.dossiers.models import Attachment, Dossier, Version
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.support.models import Meeting, SupportDocument
from bacasable.programme.synthesis.models import Passage, Synthesis

#: Models whose rows are public once there are any, or hold no words of people.
PUBLIC = {"CallExtension", "Criterion", "Fact", "Phase", "Publication", "SelectedProject", "LinkRequest"}
#: The rows that are not public, where only some are.
HIDDEN: dict[type[Model], Q] = {
    Call: Q(state=Call.State.DRAFT),
    Conference: Q(published_at=None),
    Passage: ~Q(synthesis__state=Synthesis.State.PUBLISHED),
    Question: Q(published_at=None),
    Recommendation: Q(file__isnull=False),
    StoredEvidence: Q(file__isnull=False),
    Synthesis: ~Q(state=Synthesis.State.PUBLISHED),
}
#: Columns that code reads, not people.
TECHNICAL = {
    "control",
    "eligibility",
    "jurisdiction",
    "key_id",
    "language",
    "media_type",
    "nonce",
    "phase",
    "reason_key",
    "service",
    "sha256",
    "side",
    "skill",
    "source",
    "time_zone",
    "track",
    "verb",
}


def _is_words(field: Field[Any, Any]) -> bool:
    apart = isinstance(field, EmailField | SlugField | URLField | VaultNameField)
    words = isinstance(field, CharField | TextField) and not apart
    kept = field.choices or field.unique or field.name in TECHNICAL or "digest" in field.name
    return words and not kept and (field.max_length or 99) >= 12


class Canaries:
    """The words, each with where it was planted."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}
        self._numbers = count(1)

    def _word(self, where: str) -> str:
        word = f"zqx{next(self._numbers):05}kwy"
        self.planted[word] = where
        return word

    def plant(self, but: User) -> "Canaries":
        """Write a word in every text of every row that is not public, and note what names those rows.

        ``but`` is who will look: their own name and address stay theirs.
        """
        for model in apps.get_app_config("programme").get_models():
            if model.__name__ in PUBLIC:
                continue
            rows = model._default_manager.filter(HIDDEN.get(model, Q()))
            for field in model._meta.concrete_fields:
                if _is_words(field) and rows.exists():
                    rows.update(**{field.name: self._word(f"{model.__name__}.{field.name}")})
        self._plant_answers()
        for user in User.objects.exclude(pk=but.pk):
            User.objects.filter(pk=user.pk).update(name=self._word("User.name"))
            self.planted[user.email] = "User.email"
        self._name_rows()
        return self

    def _plant_answers(self) -> None:
        """Answers and names of files live in JSON."""
        for row in [*Dossier.objects.all(), *Version.objects.all()]:
            for step, answers in row.answers.items():
                for key, value in answers.items():
                    if isinstance(value, str) and value.startswith("Answer to"):
                        answers[key] = self._word(f"{type(row).__name__}.answers {step}.{key}")
            fields = {"answers": row.answers}
            if isinstance(row, Version):
                for entry in row.manifest:
                    name = Attachment.objects.filter(blob=entry["blob"]).values_list("name", flat=True)
                    entry["name"] = name.first() or entry["name"]
                fields["manifest"] = row.manifest
            type(row)._default_manager.filter(pk=row.pk).update(**fields)

    def _name_rows(self) -> None:
        """References and identifiers of rows that are not public are words to look for too."""
        for reference in Dossier.objects.values_list("reference", flat=True):
            self.planted[reference] = "Dossier.reference"
        for reference in Letter.objects.values_list("reference", flat=True):
            self.planted[reference] = "Letter.reference"
        for slug in Call.objects.filter(HIDDEN[Call]).values_list("slug", flat=True):
            self.planted[slug] = "Call.slug"
        for key in Recommendation.objects.filter(HIDDEN[Recommendation]).values_list("key", flat=True):
            self.planted[key] = "Recommendation.key"
        for slug in Synthesis.objects.filter(HIDDEN[Synthesis]).values_list("slug", flat=True):
            self.planted[slug] = "Synthesis.slug"
        for model in (Attachment, LawfulException, Meeting, StoredEvidence, SupportDocument):
            rows = model._default_manager.filter(HIDDEN.get(model, Q()))
            for public_id in rows.values_list("public_id", flat=True):
                self.planted[str(public_id)] = f"{model.__name__}.public_id"

    def found_in(self, text: str, but: str = "") -> set[str]:
        """Return where the words of ``text`` were planted, save those that stand in ``but``."""
        return {where for word, where in self.planted.items() if word in text and word not in but}

"""What a CV tells: jobs held, skills, diplomas, a licence; each with the words that it was read in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from bacasable.services.job_advice.engine.coding import code_skills, coder_of
from bacasable.services.job_advice.engine.curriculum.cutting import CUT, HEADING, cut
from bacasable.services.job_advice.engine.curriculum.periods import period_of
from bacasable.services.job_advice.engine.curriculum.texts import text_of
from bacasable.services.job_advice.engine.profiles import Diploma, Held, Profile
from bacasable.services.job_advice.engine.referential import Referential

#: The most jobs, diplomas and skills that are proposed from one CV.
MOST_JOBS, MOST_DIPLOMAS, MOST_SKILLS = 12, 8, 20
#: A title is at most so many characters; what is longer is a sentence.
_LONGEST_TITLE = 90
_SEPARATORS = re.compile(
    r"\s+(?:chez|à|pour|au sein d[eu]|auprès d[eu])\s+|\s*[,;|•·(]\s*|\s+[-–—:]\s+|\s*:\s*"
)
_STUDIES = re.compile(r"^\W*(?:formations?|dipl[ôo]mes?|[ée]tudes|cursus|certifications?)\b", re.IGNORECASE)
_JOBS = re.compile(r"^\W*(?:exp[ée]riences?|parcours|emplois?)\b", re.IGNORECASE)
#: Words of diplomas and their level in the French framework (Code du travail, art. D.6113-19).
_DIPLOMAS: tuple[tuple[str, int], ...] = (
    (r"\b(?:doctorat|th[èe]se|phd)\b", 8),
    (r"\b(?:master|mast[èe]re|dea|dess|ing[ée]nieur|bac\s?\+\s?5|niveau\s?7)\b", 7),
    (r"\b(?:licence|bachelor|but|ma[îi]trise|bac\s?\+\s?[34]|niveau\s?6)\b", 6),
    (r"\b(?:bts|btsa|dut|deug|deust|bac\s?\+\s?2|niveau\s?5)\b", 5),
    (r"\b(?:bac(?:calaur[ée]at)?|bp|brevet professionnel|niveau\s?4)\b(?!\s?\+)", 4),
    (r"\b(?:cap|bep|capa|bepa|niveau\s?3)\b", 3),
)
_LEVELS = [(re.compile(pattern, re.IGNORECASE), level) for pattern, level in _DIPLOMAS]
_SOME_DIPLOMA = re.compile(
    r"\b(?:titre professionnel|dipl[ôo]me|certificat|brevet|cqp|dipl\.)\b", re.IGNORECASE
)
_LICENCE = re.compile(r"\bpermis\s*:?\s*(?:de\s+conduire\s*)?(?:\(?\s*(?:a\s*[,/et]+\s*)?b\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class JobRead:
    """A job: the words (after cutting), candidates (code, label, chance) best first, months, months ago."""

    words: str
    candidates: tuple[tuple[str, str, float], ...]
    months: int
    ended_months_ago: int
    sure: bool


@dataclass(frozen=True, slots=True)
class SkillRead:
    """A skill: its number and label in the referential, the words that say it, how alike (0 to 1)."""

    number: int
    label: str
    words: str
    score: float


@dataclass(frozen=True, slots=True)
class DiplomaRead:
    """A diploma: the words, and its level (3 to 8), None where the words do not tell it."""

    words: str
    level: int | None


@dataclass(frozen=True, slots=True)
class CvReading:
    """What was read, to be confirmed line by line, and what was cut: (type, how many)."""

    jobs: tuple[JobRead, ...]
    skills: tuple[SkillRead, ...]
    diplomas: tuple[DiplomaRead, ...]
    licence_b: bool | None
    cut: tuple[tuple[str, int], ...]

    def profile(self) -> Profile:
        """Return the profile of all that was read, each job by its first candidate."""
        return Profile(
            held=tuple(
                Held(job.candidates[0][0], min(job.months, 720), min(job.ended_months_ago, 720))
                for job in self.jobs
                if job.candidates
            ),
            skills=frozenset(skill.number for skill in self.skills),
            diplomas=tuple(Diploma(diploma.level) for diploma in self.diplomas),
            licence_b=self.licence_b,
        )


#: What cuts a text: it returns what is left, and what was cut with how often.
Cutting = Callable[[str], tuple[str, tuple[tuple[str, int], ...]]]


def read_cv(
    file: BinaryIO, name: str, referential: Referential, *, today: date, cutting: Cutting = cut
) -> CvReading:
    """Return what a CV tells; neither the file nor its text is kept.

    Who it is about is cut first; what is written in it is only ever compared with titles, skills and words of
    diplomas: an order to a model is a line like another, that names no job.

    Raises:
        Refused: it cannot be read, with what to do.
    """
    text, taken = cutting(text_of(file, name))
    jobs: list[tuple[str, int, int]] = []
    diplomas: list[DiplomaRead] = []
    studying = False
    above, waiting = "", False
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        if HEADING.match(line) and len(line) < 60:
            studying = bool(_STUDIES.match(line))
        found = period_of(line, today)
        level = next((level for pattern, level in _LEVELS if pattern.search(line)), None)
        told = level is not None and (studying or found is not None)
        if told or (studying and _SOME_DIPLOMA.search(line)):
            diplomas.append(DiplomaRead(line[:_LONGEST_TITLE], level))
        elif found is not None and not studying:
            rest = f"{line[: found.start]} {line[found.end :]}".strip(" -–—:|,;()")
            # A period that stands alone is that of the line above it, or of the next under a heading.
            alone = len(rest) <= 3
            waiting = alone and not above
            jobs.append((above if alone else rest, found.months, found.ended_months_ago))
        elif waiting:
            jobs[-1] = (line, *jobs[-1][1:])
            waiting = False
        above = "" if found is not None or HEADING.match(line) else line
    coded = _coded(jobs[: 3 * MOST_JOBS], referential)
    skills = tuple(
        SkillRead(one.ogr, one.label, text[one.start : one.end], round(one.score, 3))
        for one in code_skills(referential, text, MOST_SKILLS)
        if CUT not in text[one.start : one.end]
    )
    licence = True if _LICENCE.search(text) else None
    return CvReading(coded, skills, tuple(diplomas[:MOST_DIPLOMAS]), licence, taken)


def _coded(jobs: list[tuple[str, int, int]], referential: Referential) -> tuple[JobRead, ...]:
    """Return jobs with their occupations; of the pieces of a line, the surest to be a title."""
    pieces = [_pieces(words) for words, _, _ in jobs]
    asked = [piece for own in pieces for piece in own]
    if not asked:
        return ()
    answer = coder_of(referential).code(asked, k=5)
    made, at = [], 0
    for (_, months, ago), own in zip(jobs, pieces, strict=True):
        best, chance = -1, -1.0
        for place in range(at, at + len(own)):
            if not answer.codes[place]:
                continue
            value = float(answer.scores[place][0]) - (1.0 if answer.abstains[place] else 0.0)
            if value > chance:
                best, chance = place, value
        at += len(own)
        if best < 0:
            continue
        candidates = tuple(
            (code, referential.label_of(code), round(float(score), 3))
            for code, score in zip(answer.codes[best], answer.scores[best], strict=False)
        )
        sure = not bool(answer.abstains[best])
        made.append(JobRead(asked[best], candidates, months, ago, sure))
    return tuple(made[:MOST_JOBS])


def _pieces(words: str) -> list[str]:
    """Return what of a line may be a title: its pieces between separators, without what was cut."""
    found = [piece.strip(" -–—.:|()") for piece in _SEPARATORS.split(words.replace(CUT, ","))]
    return [piece for piece in found if 3 <= len(piece) <= _LONGEST_TITLE and not piece.isdigit()][:4]

"""What pages look up in the tables: occupations of a title, skills of words, labels, sources and dates."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bacasable.privacy.pseudonyms.canonical import fold
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import running

#: Results of a search that a page shows.
MOST_FOUND = 20
_WORD = re.compile(r"\w+")
#: Letters of a word that must be alike at its start: endings say number and gender.
_STEM = 5


@dataclass(frozen=True)
class Candidates:
    """Occupations that a title may be, best first: ``(code, label)``; ``why`` the coder abstains, or ""."""

    pairs: tuple[tuple[str, str], ...]
    why: str


def candidates(title: str) -> Candidates:
    """Return five occupations that a title may be, and why the coder stands by none of them, if so."""
    coded = running.coder().code([title], k=5)
    pairs = tuple((code, f"{occupation(code)} ({code})") for code in coded.codes[0])
    return Candidates(pairs, coded.why[0])


def occupation(code: str) -> str:
    """Return the label of an occupation; its code where these tables do not know it any more."""
    referential = running.referential()
    return referential.label_of(code) if referential.has(code) else code


def skills_of(numbers: Iterable[int]) -> dict[int, str]:
    """Return labels of skills and knowledge by number, in alphabetical order; unknown ones left out."""
    known = running.skill_labels()
    found = [(known[number], number) for number in set(numbers) if number in known]
    return {number: label for label, number in sorted(found, key=lambda pair: fold(pair[0]))}


def find_skills(words: str) -> list[tuple[int, str]]:
    """Return skills and knowledge that a text says, then those that hold its words, at most twenty."""
    from bacasable.services.job_advice.engine.coding import code_skills

    said = {one.ogr: one.label for one in code_skills(running.referential(), words, k=MOST_FOUND // 2)}
    asked = _stems(words)
    found = []
    for number, label, have in _skills(running.referential().version):
        hits = sum(any(one.startswith(stem) for one in have) for stem in asked)
        if hits and number not in said:
            found.append((-hits, len(have), label, number))
    most = min((one[0] for one in found), default=0)
    kept = [one for one in found if one[0] == most or -one[0] >= len(asked) / 2]
    more = [(number, label) for _hits, _long, label, number in sorted(kept)]
    return [*said.items(), *more][:MOST_FOUND]


def usual_skills(profile: Profile) -> list[tuple[int, str]]:
    """Return skills of the jobs held that the profile does not have yet: to be asked, never supposed."""
    referential = running.referential()
    numbers = referential.skills["ogr"].to_list()
    seen: dict[int, None] = {}
    for held in profile.held:
        if not referential.has(held.occupation):
            continue
        place = referential.index_of(held.occupation)
        for links in (referential.core_skills, referential.occupation_skills):
            row = links.indices[links.indptr[place] : links.indptr[place + 1]]
            seen.update(dict.fromkeys(numbers[column] for column in row))
    labels = running.skill_labels()
    return [(number, labels[number]) for number in seen if number not in profile.skills][:MOST_FOUND]


def find_certifications(words: str) -> list[tuple[str, str]]:
    """Return certifications whose title has all these words: their key, and title with level."""
    asked = _stems(words)
    found = []
    for key, (title, level) in running.certifications().items():
        have = _stems(title)
        if asked and all(any(one.startswith(stem) for one in have) for stem in asked):
            found.append((len(title), title, key, level))
    return [
        (key, f"{title} ({level})" if level else title)
        for _long, title, key, level in sorted(found, key=lambda one: one[:3])[:MOST_FOUND]
    ]


def certification(key: str) -> str:
    """Return the title of a certification; its key where these tables do not know it any more."""
    return running.certifications().get(key, (key, None))[0]


def is_certification(key: str) -> bool:
    """Return whether the tables know a certification by this key."""
    return key in running.certifications()


def sources() -> list[tuple[str, str, str]]:
    """Return name, version and date of what each table in use was made of."""
    return [(one.name, one.version, one.date) for one in running.referential().sources]


@lru_cache(maxsize=1)
def _skills(version: str) -> list[tuple[int, str, frozenset[str]]]:
    """Return number, label and beginnings of words of each skill, worked out once for a version of tables."""
    return [(number, label, frozenset(_stems(label))) for number, label in running.skill_labels().items()]


def _stems(words: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(fold(words)) if len(word) > 2}

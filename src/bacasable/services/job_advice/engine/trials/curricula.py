"""CVs of twins: the same career of a woman and a man, of another age, name, origin and family.

What they did, when, what they know and learned is word for word the same, but for the gender of titles.
"""

from collections.abc import Sequence

import numpy as np

#: First name, civility, family and nationality of each side; years of birth follow.
_WOMEN = (
    ("Fatoumata Diallo", "Mme", "Mariée, deux enfants", "Nationalité malienne", 1965),
    ("Jeanne Lefèvre", "Madame", "Divorcée, un enfant", "Nationalité française", 1999),
    ("Mei Nguyen", "Mme", "Célibataire", "Nationalité vietnamienne", 1978),
)
_MEN = (
    ("Paul Martin", "M.", "Célibataire", "Nationalité française", 1990),
    ("Mehdi Benali", "Monsieur", "Marié, trois enfants", "Nationalité algérienne", 1972),
    ("Ivan Petrov", "M.", "Pacsé", "Nationalité bulgare", 2001),
)
_DIPLOMAS = ("CAP", "Baccalauréat professionnel", "BTS", "Licence professionnelle", "Master")
_JOBS = 3


def twins(titles: Sequence[tuple[str, str]], n: int, seed: int) -> list[tuple[str, str]]:
    """Return ``n`` pairs of CVs, the man's and the woman's, made of jobs of ``titles`` (man, woman)."""
    rng = np.random.default_rng([seed, 43])
    most, made = min(_JOBS, len(titles)), []
    for _number in range(n):
        jobs = [titles[at] for at in rng.choice(len(titles), rng.integers(1, most + 1), replace=False)]
        years = np.sort(rng.choice(np.arange(2002, 2024), 2 * len(jobs), replace=False))
        level = _DIPLOMAS[int(rng.integers(len(_DIPLOMAS)))]
        sides = []
        for gender, people in enumerate((_MEN, _WOMEN)):
            name, civility, family, nation, born = people[int(rng.integers(len(people)))]
            lines = [
                f"{civility} {name}",
                f"Né{'e' if gender else ''} le 12/05/{born}",
                f"{nation}. {family}.",
                "",
                "Expérience professionnelle",
                *(f"{years[2 * at]} - {years[2 * at + 1]} : {job[gender]}" for at, job in enumerate(jobs)),
                "",
                "Formation",
                f"2001 : {level}",
                "Permis B",
            ]
            sides.append("\n".join(lines))
        made.append((sides[0], sides[1]))
    return made

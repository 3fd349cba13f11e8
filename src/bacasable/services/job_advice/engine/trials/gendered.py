"""A coder that reads titles as they are written, in an index of masculine forms: for sabotage only.

Feminine forms are then read worse than masculine ones, as in every index that was filled with one gender.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bacasable.services.job_advice.engine.audits.flips import Code
from bacasable.services.job_advice.engine.referential import Referential

_CANDIDATES = 5


def masculine_only(referential: Referential) -> Code:
    """Return a coder that looks for the masculine titles with the most runs of letters in common."""
    titles = [(title, code) for title, code in referential.titles.select("masculine", "code").iter_rows()]
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), lowercase=True, sublinear_tf=True)
    index = grams.fit_transform([title for title, _code in titles])

    def code(asked: Sequence[str]) -> list[tuple[tuple[str, ...], bytes]]:
        scores = (grams.transform(asked) @ index.T).toarray()
        best = np.argsort(-scores, axis=1, kind="stable")[:, :_CANDIDATES]
        return [
            (tuple(titles[at][1] for at in row), scores[place, row].tobytes())
            for place, row in enumerate(best)
        ]

    return code

"""The masculine and the feminine form of a title that names both: "Conducteur / Conductrice d'engins".

The ROME writes both forms with " / " between them. What changes is one or more words on each side; what comes
before on the left, and after on the right, belongs to both: "Responsable commercial / commerciale export" is
"Responsable commercial export" and "Responsable commerciale export".
"""

import re
import unicodedata

_WORD = re.compile(r"\S+")


def forms(title: str) -> tuple[str, str]:
    """Return the masculine and the feminine form of a title; a title of one form gives it twice.

    ``forms("Conducteur / Conductrice d'engins")`` is ``("Conducteur d'engins", "Conductrice d'engins")``.
    """
    left, slash, right = title.partition(" / ")
    before, after = _WORD.findall(left), _WORD.findall(right)
    if not slash or not before or not after:
        whole = " ".join(title.split())
        return whole, whole
    if len(before) > len(after) and not any(_alike(word, after[0]) for word in before):
        return title, title  # "Responsable expédition / Livraison": two words for it, of one form
    start = _start(before, after)
    changed = before[start:]
    count = _changed(changed, after)
    masculine = [*before, *after[count:]]
    feminine = [*before[:start], *after]
    return " ".join(masculine), " ".join(feminine)


def _start(before: list[str], after: list[str]) -> int:
    """Return where in ``before`` the words begin that the right side says again in its own gender.

    The most alike to the first word on the right; the first one of those as alike.
    """
    scores = [_alike(word, after[0]) for word in before]
    best = max(scores)
    return scores.index(best) if best > 0 else 0


def _changed(changed: list[str], after: list[str]) -> int:
    """Return how many words of ``after`` say ``changed`` again; the rest belongs to both forms."""
    count = len(changed)
    if count <= 1 or count == len(after):
        return min(count, len(after))
    # "Chef adjoint / Cheffe adjointe de rayon": all words changed are said again, one for one. Where the last
    # of them is not alike, the left side ended with words that the right side left out.
    while count > 1 and (count > len(after) or _alike(changed[count - 1], after[count - 1]) == 0):
        count -= 1
    return count


def _alike(one: str, other: str) -> float:
    """Return how much of the longer word their common beginning is, 0 where fewer than two letters."""
    one, other = _plain(one), _plain(other)
    common = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        common += 1
    return common / max(len(one), len(other)) if common >= 2 or one == other else 0.0


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in bare if char.isalnum())

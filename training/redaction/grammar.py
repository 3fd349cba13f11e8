"""The grammar of the corpus: ``[a|b|]`` chooses, ``{slot}`` is filled; choices nest."""

import random
import re
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
_TOKEN = re.compile(r"\[|\]|\||\{\w+\}")


def choose(pattern: str, rng: random.Random) -> str:
    """Return ``pattern`` with each choice made; slots are left."""

    def read(at: int, inside: bool) -> tuple[str, int]:
        branches, current = [], []
        while at < len(pattern):
            found = _TOKEN.search(pattern, at)
            if not found:
                current.append(pattern[at:])
                at = len(pattern)
                break
            current.append(pattern[at : found.start()])
            at = found.end()
            if found[0] == "[":
                text, at = read(at, True)
                current.append(text)
            elif found[0] == "|" and inside:
                branches.append("".join(current))
                current = []
            elif found[0] == "]" and inside:
                branches.append("".join(current))
                return rng.choice(branches), at
            else:
                current.append(found[0])
        return "".join(current), at

    return read(0, False)[0]


def clauses() -> dict[str, list[str]]:
    """Return the clauses of each genre."""
    found = {}
    for path in sorted((CORPUS / "clauses").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").split("\n")
        found[path.stem] = [line for line in lines if line.strip() and not line.startswith("#")]
    return found


def documents() -> list[str]:
    """Return the whole documents."""
    found = []
    for path in sorted((CORPUS / "documents").glob("*.txt")):
        found += [block.strip("\n") for block in re.split(r"(?m)^---$", path.read_text(encoding="utf-8"))]
    return found

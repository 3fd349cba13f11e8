"""Compare the corpus with a sample of labelled letters: what runs of words both hold.

``python training/redaction/overlap.py LETTERS.jsonl [N]`` prints the runs of N words (5 by default) that
the sample holds too, outside of its labelled spans, and how many of its runs they are.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from grammar import CORPUS

_WORD = re.compile(r"[^\W\d_]+")


def runs(text: str, length: int) -> list[tuple[str, ...]]:
    """Return the runs of ``length`` words of a text; a slot, a choice or a span (``\\0``) breaks a run."""
    found = []
    for stretch in re.split(r"\{\w+\}|[\[\]|\0\n]", text):
        words = [word.lower() for word in _WORD.findall(stretch)]
        found += [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]
    return found


def main() -> None:
    """Print what both hold."""
    length = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    ours = {run for path in CORPUS.rglob("*.txt") for run in runs(path.read_text(encoding="utf-8"), length)}
    theirs: Counter[tuple[str, ...]] = Counter()
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        letter = json.loads(line)
        text = letter["text"]
        for span in sorted(letter["spans"], key=lambda s: -s["start"]):
            text = text[: span["start"]] + "\0" + text[span["end"] :]
        theirs.update(runs(text, length))
    both = {run: number for run, number in theirs.items() if run in ours}
    for run, number in sorted(both.items(), key=lambda item: -item[1]):
        print(number, " ".join(run))  # noqa: T201
    print(f"{sum(both.values())} of {sum(theirs.values())} runs of {length} words")  # noqa: T201


if __name__ == "__main__":
    main()

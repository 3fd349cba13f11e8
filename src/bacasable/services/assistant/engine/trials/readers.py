"""What stands where a model, an embedder or an index elsewhere would, and notes all that it is given."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bacasable.services.assistant.engine.minimisation import Corrections, Hidden, Shield

_SOURCE = re.compile(r'<source-[0-9a-f]+ n="\d+">\n[^\n]*\n(.*?)\n?</source-', re.DOTALL)
_NUMBER = re.compile(r"\d+")


@dataclass
class RecordingModel:
    """A model that notes each request and answers with the first words of its first source."""

    requests: list[list[dict[str, str]]] = field(default_factory=list)

    def chat(self, messages: Sequence[Mapping[str, str]], *, longest: int = 1024) -> Iterator[str]:
        """Yield one claim."""
        self.requests.append([dict(message) for message in messages])
        yield json.dumps({"phrase": "", "source": 0, "extrait": ""})

    @property
    def read(self) -> str:
        """All that was read, as one text."""
        return "\n".join(message["content"] for request in self.requests for message in request)


@dataclass
class LyingModel:
    """A model that says one thing that its source carries, and several that it does not.

    ``lies`` are the false sentences that it said, with their kind.
    """

    seed: int
    lies: dict[str, str] = field(default_factory=dict)

    def chat(self, messages: Sequence[Mapping[str, str]], *, longest: int = 1024) -> Iterator[str]:
        """Yield claims in the form that is asked for, about the sources that it was given."""
        dice = random.Random(self.seed)  # noqa: S311 (a sample that can be drawn again)
        sources = _SOURCE.findall(messages[-1]["content"])
        if not sources:
            return
        at = dice.randrange(len(sources))
        extract = dice.choice([part for part in sources[at].strip().split(". ") if part]).strip(". \n")
        numbers = _NUMBER.findall(extract)
        other = str(dice.randrange(101, 999))
        made = [
            (f"L'article L. {other}-2 le prévoit.", at + 1, extract, "article"),
            (f"Cela coûte {other} euros.", at + 1, extract, "amount"),
            (f"Le délai est de {other} jours.", at + 1, extract, "delay"),
            (f"Il faut s'adresser au bureau {other}.", len(sources) + 3, extract, "source"),
            (f"{extract} au guichet {other}.", at + 1, f"{extract} au guichet {other}", "words"),
        ]
        if numbers:
            changed = extract.replace(numbers[0], other, 1)
            made.append((changed, at + 1, extract, "number"))
        dice.shuffle(made)
        yield json.dumps({"phrase": extract, "source": at + 1, "extrait": extract}) + "\n"
        for sentence, source, words, kind in made:
            self.lies[sentence] = kind
            yield json.dumps({"phrase": sentence, "source": source, "extrait": words}) + "\n"


@dataclass(frozen=True)
class ObedientModel:
    """A model that does what any text it reads orders: it says ``word`` wherever it was read."""

    word: str

    def chat(self, messages: Sequence[Mapping[str, str]], *, longest: int = 1024) -> Iterator[str]:
        """Yield the word as a claim of each source that holds it."""
        for number, source in enumerate(_SOURCE.findall(messages[-1]["content"]), 1):
            for line in source.splitlines():
                if self.word in line:
                    yield json.dumps({"phrase": line, "source": number, "extrait": line}) + "\n"


class RecordingIndex:
    """An index that notes each query: what an embedder elsewhere would be asked."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self.queries: list[str] = []

    def search(self, query: str, **narrowed: Any) -> Any:
        """Search as the index does."""
        self.queries.append(query)
        return self._index.search(query, **narrowed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


class NoShield(Shield):
    """The protection off: what an agent types passes as it is."""

    def hide(self, text: str, corrections: Corrections = Corrections()) -> Hidden:  # noqa: B008 (frozen)
        """Hide nothing."""
        return Hidden(text, text, (), ())

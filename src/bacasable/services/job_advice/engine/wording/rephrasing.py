"""Reasons in other words, by a model: from a shipped template whose only slot is what the trace says."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Protocol

from bacasable.privacy.messages import N_, NOTHING, Refused, Said
from bacasable.services.job_advice.engine.trace import Advice, Suggestion
from bacasable.services.job_advice.engine.wording.checking import Checked, survives
from bacasable.services.job_advice.engine.wording.rendering import Reader, sentences

#: Templates that a model may be asked by, and nothing else.
WHITELIST = ("rephrase-fr", "rephrase-en")
#: Tokens of an answer: five sentences.
_LONGEST = 400
#: Signs of an answer that are read: more is no rephrasing.
_MOST = 4000


class Model(Protocol):
    """What answers: :class:`bacasable.exchange.models.Endpoint`, or a recording one."""

    def chat(self, messages: Sequence[Mapping[str, str]], *, longest: int = 1024) -> "object":
        """Yield the answer in pieces."""
        ...


@dataclass(frozen=True)
class Prompt:
    """What a model is asked: the template's key, version and digest, and the messages as sent."""

    key: str
    version: int
    digest: str
    messages: tuple[Mapping[str, str], ...]

    @property
    def text(self) -> str:
        """The messages one after the other, for display and the journal."""
        return "\n\n".join(one["content"] for one in self.messages)


@dataclass(frozen=True)
class Rephrased:
    """``text`` is what is shown: the model's if all of it survived the check, else the rendering itself.

    ``checked`` tells what was struck, None where no answer came (``refused`` says why).
    """

    text: str
    is_rephrased: bool
    prompt: Prompt
    checked: Checked | None = None
    refused: Said = NOTHING


@dataclass(frozen=True)
class _Shipped:
    version: int
    language: str
    system: str
    user: str
    digest: str


@cache
def _template(key: str) -> _Shipped:
    if key not in WHITELIST:
        raise Refused(
            N_("{key} is no template that a model may be asked by: one of {known}"),
            key=key,
            known=", ".join(WHITELIST),
        )
    content = files(__package__).joinpath("prompts", f"{key}.toml").read_bytes()
    read = tomllib.loads(content.decode())
    return _Shipped(
        read["version"], read["language"], read["system"], read["user"], sha256(content).hexdigest()
    )


def prompt(
    advice: Advice,
    suggestion: Suggestion,
    *,
    reader: Reader = "jobseeker",
    language: str = "fr",
    spoken: Callable[[Said], str] = str,
) -> Prompt:
    """Return what a model would be asked of a suggestion: nothing of it is written by anybody.

    ``spoken`` says a sentence in ``language``.

    Raises:
        Refused: there is no template for that language.
    """
    lines = [spoken(one.said) for one in sentences(advice, suggestion, reader)]
    return _filled(f"rephrase-{language}", lines)


def _filled(key: str, lines: Sequence[str]) -> Prompt:
    shipped = _template(key)
    # a label of the tables is one line, and cannot close the data
    data = "\n".join(re.sub(r"[\s<>]+", " ", line).strip() for line in lines)
    messages = tuple(
        {"role": role, "content": Template(text).substitute(lines=data).strip()}
        for role, text in (("system", shipped.system.replace("$", "$$")), ("user", shipped.user))
    )
    return Prompt(key, shipped.version, shipped.digest, messages)


def is_from_template(messages: Sequence[Mapping[str, str]], said: Sequence[str]) -> bool:
    """Return whether ``messages`` are a whitelisted template filled with sentences of ``said`` alone."""
    known = {re.sub(r"[\s<>]+", " ", line).strip() for line in said}
    for key in WHITELIST:
        opening, closing = (part.strip() for part in _template(key).user.split("$lines"))
        if len(messages) != 2 or [one.get("role") for one in messages] != ["system", "user"]:
            continue
        user = messages[1]["content"]
        if messages[0]["content"] != _template(key).system.strip():
            continue
        if user.startswith(opening) and user.endswith(closing):
            lines = user[len(opening) : len(user) - len(closing)].strip().split("\n")
            return bool(lines) and all(line in known for line in lines)
    return False


def rephrase(
    advice: Advice,
    suggestion: Suggestion,
    endpoint: Model,
    *,
    reader: Reader = "jobseeker",
    language: str = "fr",
    spoken: Callable[[Said], str] = str,
) -> Rephrased:
    """Return the reasons of a suggestion in other words; the rendering itself where the answer says more.

    No answer is no error: the rendering stands, and ``refused`` says why.
    """
    lines = [spoken(one.said) for one in sentences(advice, suggestion, reader)]
    asked = _filled(f"rephrase-{language}", lines)
    rendering = " ".join(lines)
    answer = ""
    try:
        for piece in endpoint.chat(asked.messages, longest=_LONGEST):  # type: ignore[attr-defined]
            answer += piece
            if len(answer) > _MOST:
                raise Refused(N_("the answer is too long to be the same thing in other words"))
    except Refused as refused:
        return Rephrased(rendering, False, asked, None, refused.said)
    checked = survives(answer, lines)
    if not checked.whole:
        return Rephrased(rendering, False, asked, checked)
    return Rephrased(checked.text, True, asked, checked)

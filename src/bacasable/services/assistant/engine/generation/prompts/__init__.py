"""The prompts: one file each, versioned, shown on a page as they are."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from string import Template


@dataclass(frozen=True)
class Prompt:
    """What a model is asked. ``digest`` (SHA-256 of the file) tells two versions apart whatever they say."""

    name: str
    version: int
    dated: date
    purpose: str
    system: str
    user: str
    digest: str

    def messages(self, **values: object) -> list[dict[str, str]]:
        """Return the messages with their ``$names`` filled; a value is never read as a template.

        Raises:
            KeyError: a name of the prompt has no value.
        """
        return [
            {"role": role, "content": Template(text).substitute(values).strip()}
            for role, text in (("system", self.system), ("user", self.user))
        ]

    def values_in(self, messages: Sequence[Mapping[str, str]]) -> dict[str, str] | None:
        """Return what fills the template in ``messages``, None where they are not this prompt."""
        if [message.get("role") for message in messages] != ["system", "user"]:
            return None
        found: dict[str, str] = {}
        for message, text in zip(messages, (self.system, self.user), strict=True):
            match = _pattern(text).fullmatch(message["content"] + "\n")  # blanks at the end were stripped
            if match is None:
                return None
            found |= {name: value for name, value in match.groupdict().items() if value is not None}
        return found


def _pattern(template: str) -> re.Pattern[str]:
    """Return what matches a filled template: each name the same everywhere, the rest word for word."""
    made, seen = "", set()
    for part in re.split(r"(\$[a-z]+)", template.strip()):
        if not part.startswith("$"):
            made += re.escape(part)
        elif part in seen:
            made += f"(?P={part[1:]})"
        else:
            seen.add(part)
            made += f"(?P<{part[1:]}>.*?)"
    return re.compile(made.rstrip() + r"\s*", re.DOTALL)


@cache
def prompt(name: str) -> Prompt:
    """Return the prompt ``name`` as shipped.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    content = files(__name__).joinpath(f"{name}.toml").read_bytes()
    return Prompt(**tomllib.loads(content.decode()), digest=hashlib.sha256(content).hexdigest())


def prompts() -> list[Prompt]:
    """Return every prompt, by name."""
    found = (entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".toml"))
    return [prompt(name.removesuffix(".toml")) for name in sorted(found)]

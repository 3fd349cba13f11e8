"""The prompts: one file each, versioned, shown on a page as they are."""

import hashlib
import tomllib
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

"""Find the messages to translate in Python files, Django templates and types of data, without gettext."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

#: Name of a marking function -> how it reads its first arguments.
_FUNCTIONS = {
    "N_": ("text",),
    "_": ("text",),
    "gettext": ("text",),
    "gettext_lazy": ("text",),
    "gettext_noop": ("text",),
    "ngettext": ("text", "plural"),
    "ngettext_lazy": ("text", "plural"),
    "pgettext": ("context", "text"),
    "pgettext_lazy": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
    "npgettext_lazy": ("context", "text", "plural"),
}
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL)
_TEMPLATES = {".html", ".txt", ".svg", ".xml"}

Key = tuple[str, str]


@dataclass
class Message:
    """A message: context, text, plural, the files that use it, and what the code says to translators."""

    text: str
    context: str = ""
    plural: str = ""
    places: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return (self.context, self.text)


#: Folders without messages of the storey.
_APART = frozenset({"migrations", "static", "examples"})


def of_folder(folder: Path, root: Path) -> Iterator[Message]:
    """Walk a folder's code and templates in the order of their names; places are relative to ``root``."""
    for path in sorted(folder.rglob("*")):
        if not _APART.isdisjoint(path.relative_to(folder).parts):
            continue
        place = path.relative_to(root).as_posix()
        if path.suffix == ".py":
            yield from of_python(path.read_text(encoding="utf-8"), place)
        elif path.name == "types.toml":
            yield from of_types(path.read_text(encoding="utf-8"), place)
        elif path.suffix in _TEMPLATES and "templates" in path.parts:
            yield from of_template(path.read_text(encoding="utf-8"), place)


def of_python(source: str, place: str) -> Iterator[Message]:
    """Return the messages of a module: calls of a marking function with literal text.

    Raises:
        ValueError: a message is not literal (an f-string, a variable in ``N_``); the message says where.
    """
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        shape = _FUNCTIONS.get(name)
        if shape is None or not node.args:
            continue
        if any(isinstance(argument, ast.JoinedStr) for argument in node.args[: len(shape)]):
            raise ValueError(
                f"{place}:{node.lineno}: an f-string cannot be translated; write %(name)s in the message and "
                "fill it afterwards"
            )
        literals = [a.value for a in node.args[: len(shape)] if isinstance(a, ast.Constant)]
        if len(literals) == len(shape) and all(isinstance(text, str) and text for text in literals):
            parts = {key: str(text) for key, text in zip(shape, literals, strict=True)}
            yield Message(**parts, places=[place], comments=_comments(lines, node.lineno))


def _comments(lines: list[str], number: int) -> list[str]:
    """The comments that begin with "translators" right above a line."""
    found: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.lstrip().startswith("#"):
            break
        found.insert(0, line.strip().lstrip("# "))
    start = next((i for i, line in enumerate(found) if line.lower().startswith("translators")), None)
    return [] if start is None else [" ".join(found[start:])]


def of_types(source: str, place: str) -> Iterator[Message]:
    """Return the labels of types of data, which pages show: ``label`` in the sections ``[types.KEY]``."""
    for one in tomllib.loads(source).get("types", {}).values():
        yield Message(one["label"], places=[place])


def of_template(source: str, place: str) -> Iterator[Message]:
    """Return the messages of a Django template, as its own tags would look them up."""
    for name, literals in _CALL.findall(templatize(source, origin=place)):
        shape = _FUNCTIONS[name]
        texts = ast.literal_eval(f"({literals},)")
        # templatize doubles the per cent signs of what blocktranslate holds just as the tag does at run time.
        yield Message(**dict(zip(shape, texts, strict=False)), places=[place])

"""What a module's results rest on: its source, that of what it imports, and the data that lie beside them."""

import ast
import importlib.util
from collections.abc import Iterator
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path

from bacasable.compliance.canonical import digest

#: What is made from sources, or said about them.
_MADE = {".py", ".pyc", ".pyi", ".so", ".pyd", ".o", ".nbc", ".nbi", ".md", ".mo", ".po"}


@cache
def source_digest(module: str) -> str:
    """Return the SHA-256 of all that ``module`` rests on in its own distribution.

    That is its source, of a package all that it holds; in turn the modules of the same first name
    (``bacasable``) that it imports, anywhere in its text; and the files of data beside each of them (words,
    weights). Not in it: other distributions, and what a module of a Django application imports, where all is
    tied to all (name what counts). It is read once in a process, whose code does not change.

    Raises:
        LookupError: no such module, or one without source.
    """
    found: dict[str, str] = {}
    waiting = [module]
    met = set(waiting)
    while waiting:
        name = waiting.pop()
        source = _source(name)
        if source is None:
            if name == module:
                raise LookupError(
                    f"a control depends on module '{module}', without source here; correct its name"
                )
            continue
        found[name] = sha256(source.read_bytes()).hexdigest()
        if not _in_application(source.parent):
            found |= _data_beside(source.parent)
        held = _held(name, source) if name == module else ()
        imported = () if _in_application(source.parent) else _imports(name, source)
        for other in (*held, *imported):
            if other not in met:
                met.add(other)
                waiting.append(other)
    return digest(found)


@cache
def _source(module: str) -> Path | None:
    """Return the file of a module; nothing is imported for that but the package of its first name."""
    first, *inner = module.split(".")
    try:
        spec = importlib.util.find_spec(first)
    except ValueError:
        return None
    if spec is None:
        return None
    if not inner:
        return Path(spec.origin) if spec.origin and spec.origin.endswith(".py") else None
    for folder in spec.submodule_search_locations or ():
        whole = Path(folder, *inner)
        for file in (whole / "__init__.py", whole.with_suffix(".py")):
            if file.is_file():
                return file
    return None


@cache
def _in_application(folder: Path) -> bool:
    """Whether a folder is in a Django application (it has ``apps.py``): all there is tied to all."""
    if not (folder / "__init__.py").exists():
        return False
    return (folder / "apps.py").exists() or _in_application(folder.parent)


def _held(package: str, source: Path) -> Iterator[str]:
    """Yield the modules inside of a package, at any depth."""
    if source.name == "__init__.py":
        for part in source.parent.rglob("*.py"):
            inner = part.relative_to(source.parent).with_suffix("").parts
            yield ".".join((package, *(inner[:-1] if inner[-1] == "__init__" else inner)))


@cache
def _imports(module: str, source: Path) -> tuple[str, ...]:
    """Return the modules of the same first name that a module imports."""
    package = module if source.name == "__init__.py" else module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Import):
            found.update(one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            for one in node.names:
                inner = f"{base}.{one.name}"
                found.add(inner if _source(inner) else base)
    first = module.partition(".")[0]
    return tuple(sorted(name for name in found if name.partition(".")[0] == first))


@cache
def _data_beside(folder: Path) -> dict[str, str]:
    """Return the digests of the data in a folder of modules, and in folders there that are no packages."""
    files: list[Path] = []
    for one in folder.iterdir():
        if one.is_file():
            files.append(one)
        elif not (one / "__init__.py").exists() and one.name not in ("__pycache__", "locale"):
            files += [inner for inner in one.rglob("*") if inner.is_file()]
    return {
        f"{folder.name}/{one.relative_to(folder)}": _file_digest(one)
        for one in files
        if one.suffix not in _MADE and "__pycache__" not in one.parts
    }


def _file_digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()

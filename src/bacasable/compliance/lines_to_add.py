"""The lines that a refusal prints: what to write in ``processing.py`` so that the request would pass.

What only a person knows (the label, the category, the retention) is left open in a way that the declaration
itself then refuses, with the choices.
"""

from collections.abc import Sequence

from bacasable.compliance.declaration import DataField


def with_place(part: str, declared_at: str, lines: str) -> str:
    """Return where the lines go, then the lines, indented."""
    indented = "\n".join(f"    {line}" for line in lines.splitlines())
    return f"  in {part}=(...) of {declared_at}:\n{indented}"


def purpose_line(key: str) -> str:
    """Return the purpose to add, its label and basis left open."""
    return f'Purpose("{key}", "{_words(key)}", basis=None, founded_on=""),'


def data_lines(
    name: str, known: DataField | None, purpose: str, data_set: str, persons: Sequence[str]
) -> str:
    """Return the DataField to add, or the lines of the one that exists which are to be changed."""
    place = place_of(data_set, name)
    if known is None:
        return "\n".join(
            (
                "DataField(",
                f'    "{name}",',
                f'    "{_words(name)}",',
                '    category="",',
                f"    persons={_tuple(persons)},",
                f"    purposes={_tuple((purpose,))},",
                "    retention=None,",
                f"    stored_in={_tuple((place,))},",
                "),",
            )
        )
    lines = ["DataField(", f'    "{name}", ...']
    if purpose not in known.purposes:
        lines.append(f"    purposes={_tuple((*known.purposes, purpose))},")
    if data_set and not any(belongs(at, data_set) for at in known.stored_in):
        lines.append(f"    stored_in={_tuple((*known.stored_in, place))},")
    return "\n".join([*lines, "),"])


def belongs(place: str, data_set: str) -> bool:
    """Say whether a place of ``stored_in`` lies in a data set: as one of its columns, or as all of it."""
    return place == data_set or place.rpartition(".")[0] == data_set


def place_of(data_set: str, name: str) -> str:
    """Return the place of a column as ``stored_in`` writes it."""
    return f"{data_set}.{name}" if data_set else name


def _words(key: str) -> str:
    return key.replace("_", " ")


def _tuple(values: Sequence[str]) -> str:
    inside = ", ".join(f'"{value}"' for value in values)
    return f"({inside},)" if len(values) == 1 else f"({inside})"

"""Draw the postal addresses of the second texts apart: the many shapes in which people write them."""

import random

_ENDS = ["", "", "", "", "", " bis", " ter", "bis", " B", "A", "-", "/3"]
_BOXES = ["BP", "CS"]


def address(chance: random.Random, places: dict[str, list[str]], option: str) -> str:
    """Return an address on one line; `lines` on two, `short` without the town, `lower`, `upper`.

    Postal code and commune agree; one address in eight has a flat or a building before its number, one in ten
    no street, one in twelve the code after the commune.
    """
    c = chance
    number = c.randint(1, 210)
    end = c.choice(_ENDS)
    street = f"{number}{f'-{number + 2}' if end == '-' else end}{c.choice([' ', ' ', ' ', ', '])}"
    street += f"{c.choice(places['ways'])} {c.choice(places['ends'])}"
    if option == "short":
        return street
    unusual = c.random()
    if unusual < 0.12:
        street = f"{c.choice(places['leads'])}, {street}"
    elif unusual < 0.24:
        street += c.choice([", ", " - ", " "]) + c.choice(places["complements"])
    elif unusual < 0.34:
        street = c.choice(places["hamlets"])
    elif unusual < 0.39:
        street += f" - {c.choice(_BOXES)} {c.randint(10_000, 90_999)}"
    code, commune = c.choice(places["cities"]).split(" ", 1)
    if c.random() < 0.08:
        code = f"{code[:2]} {code[2:]}"
    town = f"{code} {commune.upper() if c.random() < 0.2 else commune}"
    if c.random() < 0.06:
        town += c.choice([" Cedex", " CEDEX", f" cedex {c.randint(1, 9)}"])
    if option == "lines":
        return f"{street}\n{town}"
    if c.random() < 0.08:
        town = f"{commune} ({code})"
    joints = [", ", " à "] if ")" in town else [*(", ", " ", " - ") * 5, " à "]
    whole = street + c.choice(joints[: -1 if option == "upper" else None]) + town
    return {"upper": whole.upper(), "lower": whole.lower()}.get(option, whole)

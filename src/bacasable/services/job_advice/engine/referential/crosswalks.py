"""Tables that lead from the occupations of ROME v3 to other nomenclatures: FAP, ISCO, ESCO, NAF."""

import json
import re
from collections.abc import Callable
from io import BytesIO

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.referential.lines import Frames, Refuse, numbered, only
from bacasable.services.job_advice.engine.referential.reading import Entry, Reader

#: Tables and the families of archives they come from.
FROM = {"families": "fap", "isco": "isco", "esco": "esco", "naf": "naf"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
#: One line of a SAS format: quoted values, "=", what they become.
_LINE = re.compile(r"""^\s*(?P<values>"[^"]*"(?:\s*,\s*"[^"]*")*)\s*=\s*"(?P<becomes>[^"]*)"\s*;?\s*$""")
_QUOTED = re.compile(r'"([^"]*)"')
_VALUE = re.compile(r"^([A-Z]\d{4})(\d?)$")
_FAMILY = re.compile(r"^[A-Z]\d[A-Z]\d{2}$")


def sas_format(text: str) -> tuple[list[tuple[str, str, str]], list[int]]:
    """Read the SAS formats from ROME v3 to FAP: (occupation, qualification, family), and the lines refused.

    The qualification (0 to 9) is "" where the occupation alone leads to the family. A line that opens with a
    quote and is no line of a format is refused by its number; what SAS says besides is passed over.
    """
    blanked = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    pairs: list[tuple[str, str, str]] = []
    wrong: list[int] = []
    for number, line in enumerate(blanked.splitlines(), 1):
        if not line.lstrip().startswith('"'):
            continue
        found = _LINE.match(line)
        values = [_VALUE.match(one.strip()) for one in _QUOTED.findall(found["values"])] if found else []
        family = found["becomes"].strip() if found else ""
        if not found or not all(values) or not _FAMILY.match(family):
            wrong.append(number)
            continue
        pairs += [(one[1], one[2], family) for one in values if one]
    return pairs, wrong


def families(reader: Reader, frames: Frames, entries: dict[str, Entry], refuse: Refuse) -> pl.DataFrame:
    """Return which families (FAP 2009) each occupation of ROME v3 is in: parent, qualification, family.

    The list that the Dares publishes prevails; the SAS format completes it for the occupations it leaves out.
    """
    schema = dict.fromkeys(("parent", "qualification", "family"), pl.String)
    parts = [pl.DataFrame(schema=schema)]
    if "fap_list" in frames:
        raw = frames["fap_list"].filter(pl.col("Rome").is_not_null())
        shaped = pl.col("Rome").str.contains(r"^[A-Z]\d{4}$") & pl.col("Fap").str.contains(_FAMILY.pattern)
        raw = only(raw, shaped, refuse, "fap_list", N_("no code of the ROME or no code of a family"))
        parts.append(raw.select(parent="Rome", qualification=pl.lit(""), family="Fap"))
    if "fap_sas" in entries:
        pairs, wrong = sas_format(reader.text(entries["fap_sas"]))
        refuse("fap_sas", N_("no line of a SAS format from ROME to FAP"), wrong)
        made = pl.DataFrame(pairs, schema=schema, orient="row")
        parts.append(made.filter(~pl.col("parent").is_in(parts[-1]["parent"].implode())))
    return pl.concat(parts).unique(maintain_order=True).sort("parent", "qualification", "family")


def isco(reader: Reader, entries: dict[str, Entry]) -> pl.DataFrame:
    """Return the group of ISCO-08 of each occupation of ROME v3: parent, isco, label.

    Raises:
        Refused: the workbook cannot be read, or has no such sheet.
    """
    if "isco" not in entries:
        return pl.DataFrame(schema=dict.fromkeys(("parent", "isco", "label"), pl.String))
    from openpyxl import load_workbook

    entry = entries["isco"]
    data = reader.content(entry)
    rows: list[tuple[str, str, str]] = []
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        for row in book["ROME to ISCO-08"].iter_rows(min_row=2, max_row=5_000, max_col=5, values_only=True):
            parent, code, label = (str(row[at] or "").strip() for at in (0, 3, 4))
            if re.fullmatch(r"[A-Z]\d{4}", parent) and re.fullmatch(r"\d{1,4}", code):
                rows.append((parent, code, label))
    except Exception:
        # openpyxl raises whatever its parsers do on a damaged workbook.
        raise Refused(
            N_("{file}: it is no workbook with a sheet 'ROME to ISCO-08': download it again"), file=entry.name
        ) from None
    schema = dict.fromkeys(("parent", "isco", "label"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").unique(maintain_order=True).sort("parent", "isco")


def esco(frames: Frames, refuse: Refuse) -> pl.DataFrame:
    """Return the occupations of ESCO that titles of the ROME are near: ogr, uri, label, relation."""
    if "esco" not in frames:
        schema = {"ogr": pl.Int64, "uri": pl.String, "label": pl.String, "relation": pl.String}
        return pl.DataFrame(schema=schema)
    raw = numbered(frames["esco"], "classification 2 ID", refuse, "esco")
    is_esco = pl.col("classification 1 ID").str.starts_with("http://data.europa.eu/esco/")
    raw = only(raw, is_esco, refuse, "esco", N_("no address of an occupation of ESCO"))
    return raw.select(
        ogr="classification 2 ID",
        uri="classification 1 ID",
        label="classification 1 prefered label",
        relation=pl.col("mapping relation").str.strip_prefix("skos:"),
    ).sort("ogr", "uri")


def naf(reader: Reader, entries: dict[str, Entry]) -> pl.DataFrame:
    """Return the NAF: code, label.

    Raises:
        Refused: the file is no list of codes and labels.
    """
    if "naf" not in entries:
        return pl.DataFrame(schema=dict.fromkeys(("code", "label"), pl.String))
    entry = entries["naf"]
    try:
        read = json.loads(reader.text(entry))
        rows = [(str(one["id"]), str(one["label"])) for one in read]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(N_("{file}: it is no list of objects with 'id' and 'label'"), file=entry.name) from None
    return pl.DataFrame(rows, schema=dict.fromkeys(("code", "label"), pl.String), orient="row").sort("code")


def built(
    reader: Reader, frames: Frames, entries: dict[str, Entry], refuse: Refuse
) -> dict[str, pl.DataFrame]:
    """Return the tables by name; one whose archive is absent is empty."""
    makers: dict[str, Callable[[], pl.DataFrame]] = {
        "families": lambda: families(reader, frames, entries, refuse),
        "isco": lambda: isco(reader, entries),
        "esco": lambda: esco(frames, refuse),
        "naf": lambda: naf(reader, entries),
    }
    return {name: make() for name, make in makers.items()}

"""The table of publications as CSV, under the open licence; its columns are documented on the search page."""

import csv
import io
from collections.abc import Iterable

from bacasable.compliance.service import N_
from bacasable.programme.synthesis import rules
from bacasable.programme.synthesis.queries import Entry
from bacasable.ui.cells import neutral

#: column -> what it holds; columns are only ever added, at the end
COLUMNS = {
    "kind": N_("synthesis: published here; reported: told by the press, or written after it"),
    "title": N_("title"),
    "project": N_("project"),
    "body": N_("body that leads it"),
    "call": N_("call for projects or edition"),
    "theme": N_("theme"),
    "sector": N_("sector"),
    "keywords": N_("keywords, apart by commas"),
    "controls": N_("controls that its recommendations name, service.control, apart by commas"),
    "recommendations": N_("number of recommendations"),
    "evidence": N_("number of contracts fulfilled by evidence when it was published"),
    "version": N_("version: 1, then one more for each erratum"),
    "published_at": N_("first publication, UTC, ISO 8601"),
    "updated_at": N_("this version, UTC, ISO 8601"),
    "erratum": N_("why this version was corrected"),
    "summary": N_("summary"),
    "fictional": N_("1: invented for the demonstration"),
    "secondary": N_("1: known from a secondary source"),
    "address": N_("permanent address"),
    "licence": N_("licence of this line"),
}


def table(entries: Iterable[Entry], site: str) -> bytes:
    """Return the entries as CSV: UTF-8 with its mark, commas, CRLF; no cell starts a formula.

    Args:
        site: where addresses begin, without the final slash.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for entry in entries:
        row = {
            "kind": entry.kind,
            "title": entry.title,
            "project": entry.project,
            "body": entry.body,
            "call": entry.call,
            "theme": entry.theme,
            "sector": entry.sector,
            "keywords": list(entry.keywords.values()),
            "controls": list(entry.controls),
            "recommendations": entry.recommendations,
            "evidence": entry.evidence,
            "version": entry.version or "",
            "published_at": entry.published_at,
            "updated_at": f"{entry.at:%Y-%m-%dT%H:%M:%SZ}" if entry.version else "",
            "erratum": entry.reason,
            "summary": entry.summary,
            "fictional": int(entry.is_fictional),
            "secondary": int(entry.is_secondary),
            "address": f"{site}{entry.address}",
            "licence": rules.LICENCE_NAME,
        }
        writer.writerow(neutral(row[column]) for column in COLUMNS)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()

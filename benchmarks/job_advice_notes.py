"""Private life in advisers' notes: how much of it is stopped or shown again, and how often for nothing.

    make bench NAME=job_advice_notes

``development.jsonl`` was written beside the words of the filter, which were chosen on it: its figures are no
measure. ``held_out.jsonl`` was written by somebody who had not read the filter, and is run as it is. "trap"
are notes on a job with the words of private life in them ("aide-soignante en oncologie"). Peers: the
redaction engine alone (kinds that GDPR art. 9 and 10 name, and numbers), and with the words that are cut from
CVs. Where the official archives are (``BACASABLE_DATA``), titles of jobs and skills too: none is private.
Intervals: Clopper and Pearson, 95 %.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bacasable.privacy.intervals import clopper_pearson
from bacasable.privacy.redaction.finding import Finder
from bacasable.services.job_advice.engine import notes
from bacasable.services.job_advice.engine.evaluation.archives import Archives
from benchmarks.harness import ROOT, result, table

FOLDER = ROOT / "benchmarks" / "data" / "job_notes"
#: Titles and skills that are looked at: one in so many.
ONE_IN = 5
Filter = Callable[[str], bool]


def main() -> None:
    """Print the tables."""
    filters: dict[str, Filter] = {
        "ours": lambda text: any(notes.seen(text)),
        "redaction engine alone": _redaction(Finder()),
    }
    cuts = filters["redaction engine alone"]
    filters["and the words cut from CVs"] = lambda text: cuts(text) or bool(notes.taken_out(text, "")[1])
    told: dict[str, Any] = {}
    for name in ("held_out", "development"):
        path = FOLDER / f"{name}.jsonl"
        if path.exists():
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
            told[name] = of_notes(name, rows, filters)
    data = os.environ.get("BACASABLE_DATA")
    if data and (Path(data) / "job_advice").is_dir():
        told["tables"] = of_tables(Archives.of(Path(data) / "job_advice"))
    result(told)


def of_notes(name: str, rows: Sequence[Mapping[str, Any]], filters: Mapping[str, Filter]) -> dict[str, Any]:
    """Print what of the sensitive notes is found, and of the others, by kind and by filter."""
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    told: dict[str, Any] = {"notes": len(rows)}
    for label, filtered in filters.items():
        begun = time.process_time()
        found = [filtered(row["text"]) for row in rows]
        spent = time.process_time() - begun
        right = [bool(row["sensitive"]) for row in rows]
        groups = {
            "recall": [one for one, is_private in zip(found, right, strict=True) if is_private],
            "precision": [is_private for one, is_private in zip(found, right, strict=True) if one],
        }
        for kind in kinds:
            own = [one for one, row in zip(found, rows, strict=True) if row["kind"] == kind]
            groups[kind] = own
        told[label] = {group: _share(own) for group, own in groups.items()}
        told[label]["notes_a_second"] = round(len(rows) / max(spent, 1e-9))
    lines = ["recall", "precision", *kinds]
    shown = [
        {f"{name}: found, share": line, **{label: _said(told[label][line]) for label in filters}}
        for line in lines
    ]
    table(shown)
    return told


def of_tables(archives: Archives) -> dict[str, Any]:
    """Print how many titles of jobs and skills the filter shows again: all for nothing."""
    columns = {"titles": "libelle_appellation_court", "skills": "libelle_competence"}
    told = {}
    for key, column in columns.items():
        texts = archives.frame(key)[column].drop_nulls().to_list() if key == "skills" else []
        if key == "titles":
            texts = archives.titles_added()["text"].to_list() + archives.titles_before()["text"].to_list()
        told[key] = _share([any(notes.seen(text)) for text in texts[::ONE_IN]])
        print(f"{key} of the ROME shown again for nothing: {_said(told[key])}")
    return told


def _redaction(finder: Finder) -> Filter:
    wanted = notes.BLOCKED | notes.ALERTED
    return lambda text: any(span.type in wanted for span in finder.find(text))


def _share(found: Sequence[bool]) -> dict[str, Any]:
    if not found:
        return {"value": None, "n": 0}
    bounds = clopper_pearson(sum(found), len(found))
    return {
        "value": round(sum(found) / len(found), 4),
        "low": round(bounds.low, 4),
        "high": round(bounds.high, 4),
        "n": len(found),
    }


def _said(one: Mapping[str, Any]) -> str:
    if one["value"] is None:
        return "-"
    return f"{one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f}, n {one['n']})"


if __name__ == "__main__":
    main()

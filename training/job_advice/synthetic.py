"""Make the synthetic base of trades that is shipped: ``python training/job_advice/synthetic.py [FOLDER]``.

Words come from ``trades.toml``; figures are drawn with a fixed seed around the ones written there. Nothing in
it is of a real nomenclature, and its codes (X0101) cannot be taken for those of one. The same words and seed
make the same tables.
"""

import argparse
import json
import shutil
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bacasable.services.job_advice.engine.referential.figures import (
    AGES,
    MARKS,
    UNUSUAL,
    WAGE_BOUNDS_EUR,
    WAGES,
)
from bacasable.services.job_advice.engine.referential.importing import MANIFEST, Source, write_base
from bacasable.services.job_advice.engine.referential.territories import departments, regions
from bacasable.services.job_advice.engine.referential.titles import forms

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "src/bacasable/services/job_advice/engine/referential/synthetic"
SEED = 20261123
VERSION, DATE = "1", "2026-11-23"
NAME = "Base d'exemple (métiers, chiffres et formations inventés)"
FIRST_SKILL, FIRST_TITLE, FIRST_CONTEXT = 9_000_001, 9_100_001, 9_200_001
#: Hours of a training to each level, and how many sessions a certification has over the year to come.
HOURS = {3: 560, 4: 770, 5: 1050, 6: 1400}
SESSIONS, EVENTS = 12, 160
MOBILITIES = 6


class Words:
    """The words of ``trades.toml`` with the codes and numbers that they get."""

    def __init__(self) -> None:
        self.read: dict[str, Any] = tomllib.loads((HERE / "trades.toml").read_text(encoding="utf-8"))
        self.jobs: list[dict[str, Any]] = []
        for number, domain in enumerate(self.read["domain"], 1):
            for place, job in enumerate(domain["occupation"]):
                family = place * len(domain["families"]) // len(domain["occupation"])
                self.jobs.append(
                    job
                    | {
                        "code": f"X{number:02}{place + 1:02}",
                        "domain": f"X{number:02}",
                        "domain_label": domain["label"],
                        "field_label": domain["field"],
                        "family": f"X{number:02}F{family + 1}",
                        "family_label": domain["families"][family],
                    }
                )
        kinds: dict[str, str] = {}
        for job in self.jobs:
            kinds |= dict.fromkeys(job["skills"], "know_how") | dict.fromkeys(job["knows"], "knowledge")
        kinds |= dict.fromkeys(self.read["shared"].values(), "know_how")
        kinds |= dict.fromkeys(self.read["soft"].values(), "soft")
        self.skills = {label: FIRST_SKILL + at for at, label in enumerate(kinds)}
        self.kinds = kinds

    def of(self, job: dict[str, Any]) -> list[tuple[str, str | None]]:
        """Return the skills of an occupation, and whether they are at its heart."""
        own: list[tuple[str, str | None]] = [(label, "main") for label in job["skills"][:3]] + [
            (label, None) for label in job["skills"][3:]
        ]
        own += [(label, "main" if at == 0 else None) for at, label in enumerate(job["knows"])]
        own += [(self.read["shared"][key], None) for key in job["shares"]]
        return own + [(self.read["soft"][key], None) for key in job["soft"]]


def trades(words: Words) -> dict[str, pl.DataFrame]:
    """Return the tables of occupations, titles, skills, contexts and mobilities."""
    titles: list[dict[str, Any]] = []
    occupations, links, met = [], [], []
    fields = sorted({job["field_label"] for job in words.jobs})
    numbers = {key: FIRST_CONTEXT + at for at, key in enumerate(words.read["contexts"])}
    for job in words.jobs:
        facts = job["facts"]
        occupations.append(
            {
                "code": job["code"],
                "label": job["title"],
                "parent": job["code"],
                "ecology": "green" if facts.get("green") else "neutral",
                "digital": facts.get("digital", False),
                "ageing": job["domain"] == "X07",
                "regulated": facts.get("regulated", False),
                "managerial": facts.get("managerial", False),
                "green": facts.get("green", False),
                "riasec": facts["riasec"][0],
                "riasec_minor": facts["riasec"][1:] or None,
                "domain": job["domain"],
                "domain_label": job["domain_label"],
                "field": f"X{fields.index(job['field_label']) + 1}",
                "field_label": job["field_label"],
                "definition": job["does"],
                "access": f"Accessible avec une certification de niveau {facts['level']} ou par expérience.",
            }
        )
        for at, long in enumerate([job["title"], *job["others"]]):
            masculine, feminine = forms(long)
            titles.append(
                {
                    "ogr": FIRST_TITLE + len(titles),
                    "long": long,
                    "short": long,
                    "masculine": masculine,
                    "feminine": feminine,
                    "code": job["code"],
                    "parent": job["code"],
                    "rarely_used": False,
                    "is_main": at == 0,
                }
            )
        links += [
            {"code": job["code"], "ogr": words.skills[label], "core": core} for label, core in words.of(job)
        ]
        met += [{"code": job["code"], "ogr": numbers[key]} for key in job["contexts"]]
    skills = [
        {
            "ogr": ogr,
            "label": label,
            "kind": words.kinds[label],
            "macro": None,
            "is_macro": False,
            "category": None,
            "green": False,
            "digital": False,
        }
        for label, ogr in words.skills.items()
    ]
    contexts = [
        {"ogr": numbers[key], "label": label, "kind": kind, "limit": limit or None, "hours": hours or None}
        for key, (kind, label, limit, hours) in words.read["contexts"].items()
    ]
    typed = {"macro": pl.Int64, "category": pl.String}
    return {
        "occupations": pl.DataFrame(occupations),
        "titles": pl.DataFrame(titles),
        "skills": pl.DataFrame(skills, schema_overrides=typed),
        "contexts": pl.DataFrame(contexts, infer_schema_length=None),
        "occupation_skills": pl.DataFrame(links, infer_schema_length=None)
        .unique(["code", "ogr"])
        .sort("code", "ogr"),
        "occupation_contexts": pl.DataFrame(met).sort("code", "ogr"),
        "mobilities": mobilities(words),
        "occupation_sectors": empty(code=pl.String, division=pl.String, label=pl.String),
    }


def mobilities(words: Words) -> pl.DataFrame:
    """Return for each occupation those with the most rare skills in common, its own domain first."""
    n = len(words.jobs)
    has = np.zeros((n, len(words.skills)))
    for at, job in enumerate(words.jobs):
        for label, core in words.of(job):
            weight = 0.3 if words.kinds[label] == "soft" else 2.0 if core else 1.0
            has[at, words.skills[label] - FIRST_SKILL] = weight
    has *= np.log(1 + n / np.maximum(1, (has > 0).sum(axis=0)))
    has /= np.linalg.norm(has, axis=1, keepdims=True)
    near = has @ has.T
    domains = np.array([job["domain"] for job in words.jobs])
    families = np.array([job["family"] for job in words.jobs])
    near += 0.04 * (domains[:, None] == domains) + 0.04 * (families[:, None] == families)
    np.fill_diagonal(near, -1)
    made = []
    for at, job in enumerate(words.jobs):
        for order, to in enumerate(np.argsort(-near[at], kind="stable")[:MOBILITIES], 1):
            target = words.jobs[to]
            further = target["facts"]["level"] > job["facts"]["level"]
            made.append((job["code"], target["code"], order, "further" if further else "near"))
    schema = {"code": pl.String, "target": pl.String, "order": pl.Int32, "kind": pl.String}
    return pl.DataFrame(made, schema=schema, orient="row")


def trainings(words: Words, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Return the tables of certifications, and their sessions and events, dated from the day of reading."""
    certifications, leads, blocks, ways, sessions = [], [], [], [], []
    places = departments()
    codes, labels = places["code"].to_list(), dict(places.select("code", "label").iter_rows())
    for at, job in enumerate(words.jobs):
        rncp, level = f"XC{at + 1:03}", job["facts"]["level"]
        masculine, _ = forms(job["title"])
        title = f"{masculine} (certification d'exemple)"
        certifications.append(
            (rncp, title, level, "EX", "Certification d'exemple", True, None, None, level < 6)
        )
        own = {label for label, _ in words.of(job)[:-3]}
        for other in words.jobs:
            common = {label for label, _ in words.of(other)[:-3]} & own
            if other is job or (other["domain"] == job["domain"] and len(common) >= 4):
                leads.append((rncp, other["code"], other["code"]))
        parts = [label for label, _ in words.of(job) if words.kinds[label] == "know_how"]
        for number, start in enumerate(range(0, len(parts), 3), 1):
            group = parts[start : start + 3]
            text = " ; ".join([group[0], *(one[0].lower() + one[1:] for one in group[1:])])
            blocks.append((rncp, f"{rncp}BC{number:02}", text))
        ways += [(rncp, "PFC", "Après un parcours de formation continue"), (rncp, "EXP", "Par expérience")]
        if level < 6:
            ways.append((rncp, "CONTRATA", "En contrat d'apprentissage"))
        hours = HOURS[level]
        for number in range(SESSIONS):
            place = codes[int(rng.integers(len(codes)))]
            starts = int(rng.integers(14, 330))
            mode = ("on_site", "on_site", "mixed", "remote")[int(rng.integers(4))]
            sessions.append(
                {
                    "reference": f"XS{at + 1:03}-{number + 1:02}",
                    "certification": rncp,
                    "title": f"Préparer la certification : {masculine}",
                    "starts_in": starts,
                    "ends_in": starts + round(hours / 30 * 7),
                    "department": place,
                    "city": labels[place],
                    "hours": hours,
                    "places": int(rng.integers(6, 17)),
                    "mode": mode,
                    "provider": f"Organisme d'exemple n° {int(rng.integers(1, 30))}",
                }
            )
    strings = dict.fromkeys(("rncp", "block", "title"), pl.String)
    return {
        "certifications": pl.DataFrame(
            certifications,
            schema={
                "rncp": pl.String,
                "title": pl.String,
                "level": pl.Int8,
                "kind": pl.String,
                "kind_label": pl.String,
                "active": pl.Boolean,
                "until": pl.Date,
                "replaced_by": pl.String,
                "apprenticeship": pl.Boolean,
            },
            orient="row",
        ),
        "certification_occupations": pl.DataFrame(
            leads, schema=dict.fromkeys(("rncp", "parent", "code"), pl.String), orient="row"
        ),
        "blocks": pl.DataFrame(blocks, schema=strings, orient="row"),
        "specialities": empty(rncp=pl.String, nsf=pl.String, label=pl.String),
        "ways_in": pl.DataFrame(
            ways, schema=dict.fromkeys(("rncp", "way", "label"), pl.String), orient="row"
        ),
        "sessions": pl.DataFrame(sessions, schema_overrides=dict.fromkeys(("hours", "places"), pl.Int32)),
        "events": events(words, rng),
    }


def events(words: Words, rng: np.random.Generator) -> pl.DataFrame:
    """Return events of the two months to come, a domain each, or for all."""
    kinds = {
        "job_dating": "Rencontre avec des employeurs",
        "information": "Réunion d'information",
        "workshop": "Atelier pour préparer un entretien",
        "fair": "Forum de l'emploi",
        "visit": "Visite d'entreprise",
    }
    places = departments()
    codes, labels = places["code"].to_list(), dict(places.select("code", "label").iter_rows())
    domains = sorted({(job["domain"], job["domain_label"]) for job in words.jobs})
    made = []
    for number in range(EVENTS):
        kind = list(kinds)[int(rng.integers(len(kinds)))]
        domain, label = domains[int(rng.integers(len(domains)))]
        for_all = kind in ("workshop", "fair")
        place = codes[int(rng.integers(len(codes)))]
        made.append(
            {
                "reference": f"XE{number + 1:03}",
                "kind": kind,
                "title": kinds[kind] if for_all else f"{kinds[kind]} : {label.lower()}",
                "starts_in": int(rng.integers(3, 60)),
                "department": place,
                "city": labels[place],
                "occupations": []
                if for_all
                else [one["code"] for one in words.jobs if one["domain"] == domain],
                "places": int(rng.integers(10, 60)),
            }
        )
    return pl.DataFrame(made, schema_overrides={"places": pl.Int32, "occupations": pl.List(pl.String)})


def market(words: Words, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Return the tables of the labour market, by family, drawn around the figures of the words."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for job in words.jobs:
        groups.setdefault(job["family"], []).append(job)
    lines, women, wages, ages, hours, history, labels = [], [], [], [], [], [], []
    places = [("country", "")]
    places += [("region", code) for code in regions()["code"].to_list()]
    places += [("department", code) for code in departments()["code"].to_list()]
    for family, jobs in groups.items():
        facts = [job["facts"] for job in jobs]
        tension = float(np.mean([one["tension"] for one in facts])) - 3 + float(rng.normal(0, 0.2))
        size = float(np.round(np.exp(rng.normal(12.1, 0.5)), -2))
        base = rng.integers(1, 6, len(MARKS) - 1)
        labels.append((family, jobs[0]["family_label"]))
        history += [(family, 2019 + at, tension * 0.6 + 0.1 * (at - 4)) for at in range(5)]
        for level, territory in places:
            part = {"country": 1.0, "region": 1 / 18, "department": 1 / 101}[level]
            spread = {"country": 0.0, "region": 0.35, "department": 0.6}[level]
            index = tension + float(rng.normal(0, 1)) * spread
            employment = float(np.round(size * part * np.exp(rng.normal(0, spread)), -2))
            marks = [int(np.clip(round(3 + index), 1, 5))]
            marks += [int(np.clip(one + rng.integers(-1, 2) * (level != "country"), 1, 5)) for one in base]
            # As in the official tables, the smallest groups of jobs have no marks of their own.
            told: list[int | None] = list(marks)
            if level != "country" and rng.random() < {"region": 0.05, "department": 0.25}[level]:
                told = [None] * len(marks)
            lines.append((family, level, territory, 2023, employment, index, *told))
        women.append((family, "2021-2023", float(np.mean([one["women"] for one in facts]))))
        wages += [(family, band, share) for band, share in banded(facts, rng)]
        shares = rng.dirichlet(np.array([8, 10, 11, 12, 12, 13, 13, 12, 9]) * 4)
        ages += [(family, band, float(share) * size / 1000) for band, share in zip(AGES, shares, strict=True)]
        keys = {"saturday": "weekend", "sunday": "weekend", "night": "nuit"}
        for band in UNUSUAL:
            met = float(np.mean([keys[band] in job["contexts"] for job in jobs]))
            share = (
                0.04 + met * {"saturday": 0.6, "sunday": 0.4, "night": 0.3}[band] + 0.04 * float(rng.random())
            )
            hours.append((family, band, share))
    value = {"family": pl.String, "band": pl.String, "value": pl.Float64}
    tensions = {"family": pl.String, "level": pl.String, "territory": pl.String, "year": pl.Int16}
    tensions |= {"employment": pl.Float64, "index": pl.Float64} | dict.fromkeys(MARKS, pl.Int8)
    return {
        "families": pl.DataFrame(
            [(job["code"], "", job["family"]) for job in words.jobs],
            schema=dict.fromkeys(("parent", "qualification", "family"), pl.String),
            orient="row",
        ),
        "family_labels": pl.DataFrame(
            labels, schema=dict.fromkeys(("family", "label"), pl.String), orient="row"
        ),
        "tensions": pl.DataFrame(lines, schema=tensions, orient="row").sort("family", "level", "territory"),
        "tension_history": pl.DataFrame(
            history, schema={"family": pl.String, "year": pl.Int16, "index": pl.Float64}, orient="row"
        ),
        "women": pl.DataFrame(
            women, schema={"family": pl.String, "period": pl.String, "share": pl.Float64}, orient="row"
        ),
        "wages": pl.DataFrame(wages, schema=value, orient="row"),
        "ages": pl.DataFrame(ages, schema=value, orient="row"),
        "unusual_hours": pl.DataFrame(hours, schema=value, orient="row"),
        "diplomas": empty(family=pl.String, nsf=pl.String, label=pl.String, share=pl.Float64),
        "isco": empty(parent=pl.String, isco=pl.String, label=pl.String),
        "esco": empty(ogr=pl.Int64, uri=pl.String, label=pl.String, relation=pl.String),
        "naf": empty(code=pl.String, label=pl.String),
    }


def banded(facts: list[dict[str, Any]], rng: np.random.Generator) -> list[tuple[str, float]]:
    """Return the shares by band of wages that are spread around the medians written in the words."""
    drawn = np.concatenate([one["wage"] * np.exp(rng.normal(0, 0.22, 4000)) for one in facts])
    counts, _ = np.histogram(drawn, [*WAGE_BOUNDS_EUR, np.inf])
    return [(band, float(count / len(drawn))) for band, count in zip(WAGES, counts, strict=True)]


def empty(**columns: Any) -> pl.DataFrame:
    """Return a table without lines: what this base does not have."""
    return pl.DataFrame(schema=columns)


def made() -> dict[str, pl.DataFrame]:
    """Return all tables."""
    words, rng = Words(), np.random.default_rng(SEED)
    return trades(words) | trainings(words, rng) | market(words, rng)


def main() -> None:
    """Write the tables in the package, or in the folder that is given."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("folder", type=Path, nargs="?", default=OUT)
    folder: Path = arguments.parse_args().folder
    shutil.rmtree(folder, ignore_errors=True)
    tables = made()
    words = (HERE / "trades.toml").read_bytes()
    rows = sum(table.height for table in tables.values())
    source = Source(
        "synthetic",
        NAME,
        VERSION,
        DATE,
        "EUPL-1.2",
        "bacasable",
        ("trades.toml",),
        (sha256(words).hexdigest(),),
        rows,
        tuple(tables),
    )
    write_base(folder, tables, (source,), is_synthetic=True)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / ".lock").unlink()
    (folder / manifest["folder"]).rename(folder / "tables")
    manifest["folder"] = "tables"
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
    print(f"{len(tables)} tables, {rows} rows, {size} bytes in {folder}")  # noqa: T201


if __name__ == "__main__":
    main()

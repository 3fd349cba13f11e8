"""Titles of active certifications to the occupations that they declare: hit at 1 and at 5."""

from pathlib import Path
from typing import Any

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.coding.certifications import CertificationCoder
from bacasable.services.job_advice.engine.coding.wordings import Wordings

from .archives import Archives
from .resampling import mean_with_interval
from .splits import REPORTED_BUCKETS, bucket


def evaluate(data: Path, seed: int = 0, tested: tuple[int, ...] = REPORTED_BUCKETS) -> dict[str, Any]:
    """Return ``hit@1`` and ``hit@5``: the first, or one of five, is a declared one.

    Active certifications of the buckets ``tested`` are coded by a coder that learnt from all other buckets
    (active or not, titles of equal wording always in one bucket) and from the titles of jobs.
    """
    archives = Archives.of(data)
    rows, named = archives.certified()
    newest = (
        archives.frame("titles")
        .select(text="libelle_appellation_long", code=pl.coalesce("code_rome_parent", "code_rome"))
        .drop_nulls()
    )
    titles = [(text, code, code) for text, code in newest.iter_rows()]
    groups = {code for _, code, _ in titles}
    known = [
        (title, [code for code in named.get(rncp, ()) if code in groups], active)
        for rncp, title, active in rows
    ]
    known = [row for row in known if row[1]]
    place = [bucket("rncp:" + " ".join(title.lower().split()), 10) for title, _, _ in known]
    learnt = [(title, codes) for (title, codes, _), at in zip(known, place, strict=True) if at not in tested]
    asked = [
        (title, codes)
        for (title, codes, active), at in zip(known, place, strict=True)
        if active and at in tested
    ]
    if not asked or not learnt:
        raise Refused(N_("{folder}: too few certifications with declared occupations"), folder=data)
    coder = CertificationCoder.train(Wordings(titles, certifications=learnt), seed=seed)
    coded = coder.code([title for title, _ in asked])
    first = [found[:1] and found[0] in codes for found, (_, codes) in zip(coded.codes, asked, strict=True)]
    five = [bool(set(found) & set(codes)) for found, (_, codes) in zip(coded.codes, asked, strict=True)]
    intervals = {
        "hit@1": mean_with_interval([bool(one) for one in first], seed),
        "hit@5": mean_with_interval(five, seed),
    }
    return {
        "task": "rncp",
        "hit@1": intervals["hit@1"]["value"],
        "hit@5": intervals["hit@5"]["value"],
        "intervals": intervals,
        "learnt_from": {"titles": len(titles), "certifications": len(learnt)},
        "buckets": list(tested),
        "seed": seed,
        "notes": archives.notes,
    }

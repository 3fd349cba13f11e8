"""What a synthetic population is proposed, by sex, age and territory; who decides, on simulated advisers.

    make bench NAME=job_advice_audits                 # 4,000 people of each base
    PEOPLE=20000 make bench NAME=job_advice_audits    # more of them

On the small synthetic tables, and on the official ones where they are (BACASABLE_DATA/job_advice). Seeds were
not looked at before. Beside our proposals, those of the nearest occupations by skills (cosine of skills
weighted by how rare they are), from the occupation that each person held. The last line is one JSON object.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from bacasable.privacy.intervals import clopper_pearson
from bacasable.services.job_advice.engine.audits import flips
from bacasable.services.job_advice.engine.audits.auditing import Audit, audit
from bacasable.services.job_advice.engine.audits.outcomes import regions_of
from bacasable.services.job_advice.engine.audits.proposals import Proposals, market, proposals
from bacasable.services.job_advice.engine.coding import TitleCoder, of_referential
from bacasable.services.job_advice.engine.counselling import advise
from bacasable.services.job_advice.engine.indicators import POLICY, indicators, way_of
from bacasable.services.job_advice.engine.population.people import People, draw_people
from bacasable.services.job_advice.engine.referential import Referential, import_archives
from bacasable.services.job_advice.engine.trace import MOST
from bacasable.services.job_advice.engine.trials import advisers
from bacasable.services.job_advice.engine.trials.gendered import masculine_only

PEOPLE = int(os.environ.get("PEOPLE", "4000"))
SEED = 20_261_123
SERVICES = 400
#: Titles told in both genders.
TWINS = 3_000


def nearest_by_skills(referential: Referential, drawn: People) -> Proposals:
    """Return the occupations nearest to the one held, by the skills that they share."""
    links = csr_array(referential.occupation_skills, dtype=np.float64)
    rare = np.log((1 + links.shape[0]) / (1 + np.asarray(links.sum(axis=0)).ravel()))
    weighed = links @ csr_array(np.diag(rare)) if links.shape[1] < 2000 else links.multiply(rare).tocsr()
    norms = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    near = (weighed @ weighed.T).toarray() / np.maximum(np.outer(norms, norms), 1e-12)
    np.fill_diagonal(near, -1)
    best = np.argsort(-near, axis=1, kind="stable")[:, :MOST]
    said = tuple(
        frozenset(f"occupation {drawn.occupations[place]}" for place in best[held]) for held in drawn.held
    )
    return Proposals(best[drawn.held].astype(np.int64), drawn.occupations, said)


def margins(referential: Referential, drawn: People) -> dict[str, float]:
    """Return the part of the shares drawn that are within 1.96 standard errors of the tables (0.95 is due).

    Of occupations that 200 people and more hold: shares of women, and of each band of age.
    """
    women = np.asarray(referential.women_share)
    ages = np.asarray(referential.ages)
    within_women, within_ages = [], []
    for place in np.flatnonzero(np.bincount(drawn.held, minlength=len(women)) >= 200):
        mine = drawn.held == place
        n = int(mine.sum())
        if np.isfinite(women[place]):
            within_women.append(is_near(float((drawn.protected.sex[mine] == 0).mean()), women[place], n))
        if np.isfinite(ages[place]).all():
            told = ages[place] / ages[place].sum()
            found = np.bincount(drawn.protected.age[mine], minlength=len(told)) / n
            within_ages += [is_near(one, share, n) for one, share in zip(found, told, strict=True)]
    return {
        "occupations": len(within_women),
        "women": float(np.mean(within_women)),
        "ages": float(np.mean(within_ages)),
    }


def is_near(found: float, told: float, n: int) -> bool:
    """Return whether a share of ``n`` draws is within 1.96 standard errors of what was told."""
    return bool(abs(found - told) <= 1.96 * (told * (1 - told) / n) ** 0.5)


def shown(name: str, found: Audit) -> None:
    """Print the audits of one scorer."""
    print(f"\n  {name}")
    print(f"    {'':34}{'as it is':>9}{'':17}{'comparable people':>18}{'':17}{'compared':>9}")
    for attribute, by_outcome in found.ratios.items():
        for outcome, each in by_outcome.items():
            rows = each if attribute != "territory" else sorted(each, key=lambda one: -one.n)[:3]
            for one in rows:
                label = f"{outcome}: {one.group} / {one.reference}"
                corrected = one.corrected_interval
                said = (
                    f"{one.corrected:9.3f} [{corrected.low:.3f}, {corrected.high:.3f}]" if corrected else "-"
                )
                low, high = one.uncorrected_interval.low, one.uncorrected_interval.high
                print(
                    f"    {label[:38]:38}{one.uncorrected:6.3f} [{low:.3f}, {high:.3f}]{said:>27}"
                    f"{one.comparable:9.0%}"
                )
    for attribute, each in found.distances.items():
        for one in each[:2]:
            print(
                f"    exposure, {attribute}: {one.group} / {one.reference}: {one.uncorrected:.3f} as it is; "
                f"comparable {one.corrected:.3f}, by chance {one.chance:.3f}"
            )
    crowd = found.congestion
    print(
        f"    crowding: spread {crowd.spread:.2f} [{crowd.spread_interval.low:.2f}, "
        f"{crowd.spread_interval.high:.2f}] of that of jobs; Gini {crowd.gini:.2f}; most proposed "
        f"{crowd.most_proposed_code} to {crowd.most_proposed:.1%}; most per job {crowd.per_job_code} "
        f"x {crowd.per_job:.1f}; {crowd.occupations} occupations"
    )
    for one in found.proxies.values():
        print(
            f"    proxies, {one.attribute}: from inputs {one.inputs:.3f} [{one.inputs_interval.low:.3f}, "
            f"{one.inputs_interval.high:.3f}], from proposals {one.proposals:.3f}, both add "
            f"{one.more:+.3f} [{one.more_interval.low:+.3f}, {one.more_interval.high:+.3f}]"
        )


def flipped(referential: Referential) -> dict[str, Any]:
    """Return how many people are told otherwise whose jobs are given in their feminine form."""
    coder = TitleCoder.train(of_referential(referential).titled(), calibrate=False)
    twins = flips.title_twins(referential, TWINS, SEED)
    made = {}
    for name, code in (("ours", flips.coded_by(coder)), ("masculine index", masculine_only(referential))):
        found = flips.flipped(referential, code, advise, twins, SEED)
        bounds = clopper_pearson(found.changed, found.n)
        print(
            f"  twins told otherwise (candidates or opinion), {name}: {found.changed} of {found.n} "
            f"[{bounds.low:.4f}, {bounds.high:.4f}]; two opinions on one profile: {found.unsteady}; "
            f"{', '.join(found.first)}"
        )
        made[name] = {"changed": found.changed, "n": found.n, "low": bounds.low, "high": bounds.high}
    return made


def of_base(name: str, referential: Referential) -> dict[str, Any]:
    """Print and return the audits on one base."""
    start = time.perf_counter()
    drawn = draw_people(referential, PEOPLE, SEED)
    print(f"\n{name}: {PEOPLE} synthetic people, seed {SEED}, drawn in {time.perf_counter() - start:.1f} s")
    gaps = margins(referential, draw_people(referential, 100_000, SEED + 1))
    print(
        f"  margins of 100,000 people within 1.96 standard errors of the tables (0.95 is due): women "
        f"{gaps['women']:.3f}, bands of age {gaps['ages']:.3f}, of {gaps['occupations']} occupations"
    )
    print(
        "  part of the jobs that the tables gave: ", {k: round(v, 3) for k, v in drawn.marginals.told.items()}
    )
    scorers: dict[str, Callable[[], Proposals]] = {
        "ours": lambda: proposals(
            drawn.occupations, (advise(referential, profile) for profile in drawn.profiles)
        ),
        "nearest by skills": partial(nearest_by_skills, referential, drawn),
    }
    made: dict[str, Any] = {"margins": gaps, "told": dict(drawn.marginals.told)}
    for scorer, propose in scorers.items():
        found = audit(
            drawn,
            propose(),
            market(referential, drawn),
            regions_of(referential),
            sources=tuple((one.name, one.version, one.date) for one in referential.sources),
            is_synthetic=referential.is_synthetic,
            seed=SEED,
        )
        shown(scorer, found)
        made[scorer] = {
            "ratios": {
                a: {o: [asdict(one) for one in e] for o, e in by.items()} for a, by in found.ratios.items()
            },
            "congestion": asdict(found.congestion),
            "proxies": {a: asdict(one) for a, one in found.proxies.items()},
        }
    made["flips"] = flipped(referential)
    return made


def deciding() -> dict[str, Any]:
    """Print and return how many simulated services are told right, and by the rate of retention alone."""
    page = POLICY.shown(tuple("12345"))
    print(f"\nWho decides: {SERVICES} simulated services, seed {SEED}; indicators of one month")
    made: dict[str, Any] = {}
    for label, pages in (("pages of the product", [page]), ("deviation dearer", [advisers.costlier(page)])):
        right: dict[str, list[bool]] = {way: [] for way in advisers.WAYS}
        rates: list[tuple[float, bool]] = []
        for number in range(SERVICES):
            way: advisers.Way = "careful" if number % 2 else ("hurried", "automatic")[number // 2 % 2]
            acts = advisers.service("one", way, pages, [SEED, number])
            seen = indicators(acts, service="one", month=advisers.MONTH, today=advisers.TODAY)
            right[way].append(way_of(seen).way == ("decides" if way == "careful" else "follows"))
            rates.append((seen.retained.value, way == "careful"))
        every = [one for each in right.values() for one in each]
        bounds = clopper_pearson(sum(every), len(every))
        # the line that would have been best for retention alone, chosen with the answers known
        alone = max(np.mean([(rate < line) == true for rate, true in rates]) for line, _true in rates)
        print(
            f"  {label}: told right {sum(every) / len(every):.3f} [{bounds.low:.3f}, {bounds.high:.3f}]; "
            + ", ".join(f"{way} {sum(each)} of {len(each)}" for way, each in right.items())
            + f"; by retention alone, at its best line {alone:.3f}"
        )
        made[label] = {
            "right": sum(every), "n": len(every), "low": bounds.low, "high": bounds.high,
            "by_way": {way: sum(each) for way, each in right.items()}, "retention_alone": float(alone),
        }  # fmt: skip
    return made


def main() -> None:
    """Print every table, and the figures on the last line."""
    figures: dict[str, Any] = {"seed": SEED, "people": PEOPLE, "deciding": deciding()}
    figures["synthetic"] = of_base("Synthetic tables", Referential.synthetic())
    archives = Path(os.environ.get("BACASABLE_DATA", "")) / "job_advice"
    if archives.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            import_archives(archives, Path(folder))
            figures["official"] = of_base("Official tables", Referential.open(Path(folder)))
    else:
        print(f"\nOfficial tables: none in {archives}; give their folder in BACASABLE_DATA")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

"""``bacasable job-advice``: import the official tables, code titles, advise, audit, evaluate.

No command but the writing into an installation needs one: ``--data`` reads archives as they were published,
``--base`` tables that were imported, else those of the installation under ``--home``, else the synthetic ones
that come with the product, and it is said.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bacasable.services.job_advice.cli.opening import (
    group_of,
    home_base,
    profile_of,
    referential_of,
    tables_of,
    titles_of,
)
from bacasable.services.job_advice.cli.telling import (
    bounds_of,
    lines_of,
    named,
    print_json,
    ratio_of,
    said,
)

app = typer.Typer(
    help="Job advice: tables in, titles coded, opinions with their reasons, audits, evaluation.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Seed = Annotated[int, typer.Option(help="The seed of what is drawn.")]
Base = Annotated[
    Path | None,
    typer.Option(exists=True, file_okay=False, help="Folder of tables that were imported."),
]
Data = Annotated[Path | None, typer.Option(exists=True, help="Folder or zip of the official archives.")]


class Task(StrEnum):
    """What is evaluated."""

    titles = "titles"
    mobility = "mobility"
    rncp = "rncp"
    melo = "melo"


@app.command("import")
def import_(
    source: Annotated[
        Path,
        typer.Argument(exists=True, help="Folder or zip of the archives; or a CSV of sessions or events."),
    ],
    base: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Where the tables go; those of the installation if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the official archives into tables, or training sessions and events beside them.

    What was there stays whole until the new tables are. Exit code 4 where lines were left out.
    """
    from bacasable.privacy.commands.terminal import SOME_FAILED, complain, counting

    folder = base or home_base()
    if source.suffix.lower() == ".csv":
        told = _import_offers(source, folder)
    else:
        with counting("import") as tell:
            told = _import_archives(source, folder, lambda share: tell(round(100 * share), 100))
    if as_json:
        print_json(told)
    else:
        for line in lines_of(told):
            typer.echo(line)
    left_out = told.get("refused", ())
    for one in left_out:
        complain(f"{one['file']}: {one['count']} lines left out: {one['reason']}")
    if left_out:
        raise typer.Exit(SOME_FAILED)


@app.command()
def code(
    file: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Titles of jobs, one a line, UTF-8.")
    ],
    base: Base = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print five candidates for each title, and how sure they are; or that none should be taken unasked."""
    from bacasable.services.job_advice.engine.coding import coder_of

    lines, titles = titles_of(file)
    with referential_of(base, data, trains=True) as referential:
        coded = coder_of(referential).code(titles, k=5)
        found = [
            {
                "line": line,
                "title": title,
                "candidates": [
                    {
                        "code": code,
                        "label": referential.label_of(code),
                        "group": group_of(referential, code),
                        "score": round(float(score), 4),
                    }
                    for code, score in zip(codes, scores, strict=False)
                ],
                "abstains": bool(abstains),
                "why": why,
            }
            for line, title, codes, scores, abstains, why in zip(
                lines, titles, coded.codes, coded.scores, coded.abstains, coded.why, strict=True
            )
        ]
        told = {**tables_of(referential), "titles": found}
    if as_json:
        print_json(told)
        return
    for one in found:
        typer.echo(f"{one['title']}{'  (abstains: ' + one['why'] + ')' if one['abstains'] else ''}")
        for candidate in one["candidates"]:
            typer.echo(f"  {candidate['score']:.2f}  {candidate['code']}  {candidate['label']}")


@app.command()
def advise(
    profile: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="One profile, JSON."),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Profiles, Parquet: columns `id` and `profile` (its JSON)."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the opinions of a batch go: a folder.")] = None,
    base: Base = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print an opinion with its reasons on one profile, or write those of a batch; killed, a batch goes on.

    A profile has no name, sex, age, origin, address or health: there is no field for them.
    """
    if (profile is None) == (batch is None):
        raise typer.BadParameter("give either --profile or --batch")
    if batch is not None:
        if out is None:
            raise typer.BadParameter("--batch writes into a folder: give --out")
        _advise_batch(batch, out, base, data, as_json)
        return
    from bacasable.services.job_advice.engine.counselling import advise as advised

    told = profile_of(profile or Path())
    with referential_of(base, data) as referential:
        found = advised(referential, told)
    if as_json:
        print_json(found.as_json())
        return
    for line in said(found):
        typer.echo(line)


@app.command()
def audit(
    population: Annotated[
        int, typer.Option(min=100, max=200_000, help="Synthetic people who are advised.")
    ] = 5_000,
    seed: Seed = 1,
    base: Base = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Advise synthetic people, and compare what is proposed by sex, age and territory, with intervals."""
    from bacasable.privacy.commands.terminal import counting
    from bacasable.services.job_advice.engine.audits import asked

    with referential_of(base, data) as referential, counting("audit") as tell:
        found = asked(referential, population, seed, progress=tell)
    if as_json:
        print_json(found.as_json())
        return
    typer.echo(f"{found.people} synthetic people, seed {found.seed}; tables: {named(found.sources)}")
    for attribute, by_outcome in found.ratios.items():
        for outcome, ratios in by_outcome.items():
            for one in ratios:
                typer.echo(f"{attribute}, {outcome}: {one.group} against {one.reference}: {ratio_of(one)}")
    crowded = found.congestion
    typer.echo(f"spread beside jobs: {crowded.spread:.2f}; most proposed: {crowded.most_proposed:.1%}")
    for name, proxy in found.proxies.items():
        told = f"{proxy.inputs:.2f} {bounds_of(proxy.inputs_interval)} from what the scorer sees"
        shown = f"{proxy.proposals:.2f} {bounds_of(proxy.proposals_interval)} from proposals"
        typer.echo(f"{name} guessed (area under the curve, chance .50): {told}, {shown}")


@app.command()
def evaluate(
    task: Annotated[Task, typer.Option(help="What is measured.")],
    data: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="Folder of the official archives.")
    ],
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Measure coding and mobilities against what experts declared, with intervals and the split used."""
    from bacasable.services.job_advice.engine.evaluation import evaluate as measured

    found = measured(task.value, data, seed)
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}: {value}")


def _import_archives(source: Path, folder: Path, told: Callable[[float], None]) -> dict[str, Any]:
    """Import the archives and train what codes titles beside them; return the report as plain values."""
    from bacasable.services.job_advice.engine.coding import train_beside
    from bacasable.services.job_advice.engine.referential import Referential, import_archives

    report = import_archives(source, folder, progress=lambda share, _name: told(0.7 * share))
    train_beside(Referential.open(folder))
    told(1.0)
    return report.as_json()


def _import_offers(source: Path, folder: Path) -> dict[str, Any]:
    from bacasable.services.job_advice.engine.referential import Referential, import_offers

    return import_offers(source, folder, Referential.open(folder)).as_json()


def _advise_batch(batch: Path, out: Path, base: Path | None, data: Path | None, as_json: bool) -> None:
    from bacasable.privacy.commands.terminal import SOME_FAILED, complain, counting
    from bacasable.services.job_advice.engine.batch import advise_all

    with referential_of(base, data) as referential, counting("advise") as tell:
        report = advise_all(referential, batch, out, progress=tell)
    if as_json:
        print_json(
            {
                "folder": str(out),
                "profiles": report.profiles,
                "taken_over": report.taken_over,
                "refused": report.refused,
            }
        )
    else:
        typer.echo(f"{out}: {report.profiles} profiles, {report.taken_over} of them taken over")
    if report.refused:
        complain(f"{report.refused} profiles cannot be read: their rows say why")
        raise typer.Exit(SOME_FAILED)

"""``bacasable attack ...``: what remains of a person in a table, a model's scores, traces, or a pipeline's
texts.
"""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bacasable.privacy.commands.measuring import end, guarded, progress
from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.attacks.canaries import Canary

_CODES = (
    "Exit codes: 0 measured; 1 refused (the message says the remedy); 2 wrong usage; 3 the upper bound of "
    "the interval is above --at-most; 5 void: the attack failed on unprotected data, so the value proves "
    "nothing; 130 interrupted. Where several figures are printed, 0, 3 and 5 speak of the first, and a line "
    "on the error output names each other one that is void."
)

app = typer.Typer(help="Attack a release and measure what remains of a person.", no_args_is_help=True)
canaries_app = typer.Typer(
    help="Plant fictional data in a text pipeline, and search what comes out.", no_args_is_help=True
)
app.add_typer(canaries_app, name="canaries")


class Mode(StrEnum):
    """How predicates are made."""

    multivariate = "multivariate"
    univariate = "univariate"


class Ties(StrEnum):
    """How two holders order released records that are equally near."""

    apart = "apart"
    shared = "shared"


class Level(StrEnum):
    """How plainly a canary was found."""

    exact = "exact"
    folded = "folded"
    fuzzy = "fuzzy"
    partial = "partial"


Original = Annotated[Path, typer.Argument(metavar="ORIGINAL", help="The table that was protected.")]
Released = Annotated[Path, typer.Argument(metavar="RELEASED", help="The table that is released.")]
Control = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="People who were not in ORIGINAL: what is learnt of them is no leak."),
]
Number = Annotated[int | None, typer.Option("--n", min=1, help="Attacks; 2,000 or all unless given.")]
Seed = Annotated[int, typer.Option(min=0, help="Of every random draw; the same seed gives the same figures.")]
Confidence = Annotated[float, typer.Option("--level", help="Level of the interval, between 0 and 1.")]
AtMost = Annotated[
    float | None, typer.Option(help="Exit with code 3 where the upper bound of the interval is above.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command("singling-out", epilog=_CODES)
def singling_out(
    original: Original,
    released: Released,
    control: Control = None,
    mode: Annotated[Mode, typer.Option(help="Several columns a predicate, or one.")] = Mode.multivariate,
    columns: Annotated[int, typer.Option(min=1, help="Columns of a multivariate predicate.")] = 3,
    n: Annotated[int, typer.Option("--n", min=1, help="Predicates tried on ORIGINAL.")] = 500,
    seed: Seed = 0,
    level: Confidence = 0.95,
    at_most: AtMost = None,
    json: Json = False,
) -> None:
    """Try on ORIGINAL predicates that describe one record of RELEASED alone. CSV or Parquet files."""
    with guarded(), progress() as told:
        from bacasable.privacy.attacks.singling_out import singling_out as attack

        tables = _tables(original, released, control)
        measured = attack(
            *tables, columns=columns, mode=mode.value, n=n, seed=seed, level=level, progress=told
        )
    end([measured], at_most, json)


@app.command("linkability", epilog=_CODES)
def linkability(
    original: Original,
    released: Released,
    first: Annotated[
        str, typer.Option(metavar="A,B", help="Columns that one holder knows; the telling half unless given.")
    ] = "",
    second: Annotated[
        str, typer.Option(metavar="C,D", help="Columns that the other knows; the other half unless given.")
    ] = "",
    control: Control = None,
    k: Annotated[int, typer.Option("--k", min=1, help="Nearest released records looked at.")] = 1,
    ties: Annotated[
        Ties, typer.Option(help="Equally near records: one order agreed, or each holder's own (weaker).")
    ] = Ties.shared,
    n: Number = None,
    seed: Seed = 0,
    level: Confidence = 0.95,
    at_most: AtMost = None,
    json: Json = False,
) -> None:
    """Join two sets of columns of the same people through RELEASED. CSV or Parquet files."""
    with guarded(), progress() as told:
        from bacasable.privacy.attacks.linkability import linkability as attack

        measured = attack(
            *_tables(original, released, control),
            first=_names(first) or None,
            second=_names(second) or None,
            k=k,
            ties=ties.value,
            n=n,
            seed=seed,
            level=level,
            progress=told,
        )
    end([measured], at_most, json)


@app.command("inference", epilog=_CODES)
def inference(
    original: Original,
    released: Released,
    secret: Annotated[str, typer.Option(metavar="A", help="Column to guess.")],
    known: Annotated[
        str, typer.Option(metavar="B,C", help="Columns the attacker knows; all others unless given.")
    ] = "",
    tolerance: Annotated[
        float | None, typer.Option(min=0, help="Of a number, relative to the guess; 0.05 unless given.")
    ] = None,
    control: Control = None,
    n: Number = None,
    seed: Seed = 0,
    level: Confidence = 0.95,
    at_most: AtMost = None,
    json: Json = False,
) -> None:
    """Guess a column of people of ORIGINAL from the nearest record of RELEASED. CSV or Parquet files."""
    with guarded(), progress() as told:
        from bacasable.privacy.attacks.inference import inference as attack

        measured = attack(
            *_tables(original, released, control),
            secret=secret,
            known=_names(known) or None,
            tolerance=tolerance,
            n=n,
            seed=seed,
            level=level,
            progress=told,
        )
    end([measured], at_most, json)


@app.command("membership", epilog=_CODES)
def membership(
    original: Annotated[Path | None, typer.Argument(metavar="[ORIGINAL", help="Members.")] = None,
    released: Annotated[Path | None, typer.Argument(metavar="RELEASED]", help="Released table.")] = None,
    control: Control = None,
    scores: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Or a table of columns 'score' and 'member' (1 or 0)."),
    ] = None,
    loss: Annotated[bool, typer.Option("--loss", help="Scores are losses: a member's is low.")] = False,
    unprotected: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Scores of a model known to memorise: what sabotage attacks."),
    ] = None,
    at: Annotated[float, typer.Option(help="Rate of false positives at which members are counted.")] = 0.001,
    n: Number = None,
    seed: Seed = 0,
    level: Confidence = 0.95,
    at_most: AtMost = None,
    json: Json = False,
) -> None:
    """Tell members from others: by the scores of an attack on a model, or by the nearest released record.

    Three figures: area under the curve (which --at-most bounds), members at a fixed rate of false positives
    (left out where there are too few others), advantage.
    """
    with guarded(), progress() as told:
        from bacasable.privacy.attacks.membership import FIGURES, membership_figures, scores_of_table

        if scores is not None:
            if original or control:
                raise Refused("give either --scores or the tables ORIGINAL RELEASED --control, not both")
            pair = _scores(scores, loss)
            weak = _scores(unprotected, loss) if unprotected else None
            attacker = "loss threshold" if loss else "given scores"
        else:
            if original is None or released is None or control is None:
                raise Refused("membership needs --scores FILE, or ORIGINAL RELEASED --control FILE")
            pair, weak = scores_of_table(*_tables(original, released, control), n=n, seed=seed, progress=told)
            attacker = "distance to the nearest released record"
        figures = [figure for figure in FIGURES if figure != "true positives" or len(pair[1]) * at >= 1]
        measured = membership_figures(
            pair, weak, figures=figures, at=at, attacker=attacker, seed=seed, level=level
        )
    end(measured, at_most, json)


@app.command("unicity", epilog=_CODES)
def unicity(
    traces: Annotated[Path, typer.Argument(metavar="TRACES", help="A table of visits, one a row.")],
    person: Annotated[str, typer.Option(metavar="A", help="Column of the person.")],
    place: Annotated[str, typer.Option(metavar="B[,C]", help="Column of the place, or its coordinates.")],
    time: Annotated[str, typer.Option(metavar="D", help="Column of the time: numbers or ISO dates.")],
    place_step: Annotated[float, typer.Option(min=0, help="Granularity of coordinates, in their unit.")] = 0,
    time_step: Annotated[float, typer.Option(min=0, help="Granularity of time; seconds for dates.")] = 0,
    points: Annotated[int, typer.Option(min=1, help="Points that the attacker knows.")] = 4,
    n: Annotated[int | None, typer.Option("--n", min=1, help="People attacked; all unless given.")] = None,
    seed: Seed = 0,
    level: Confidence = 0.95,
    at_most: AtMost = None,
    json: Json = False,
) -> None:
    """Count the people whom a few points of place and time tell from everybody else."""
    with guarded(), progress() as told:
        from bacasable.privacy.attacks.tables import columns_of, moments, read_table
        from bacasable.privacy.attacks.unicity import unicity as attack

        table = read_table(traces)
        measured = attack(
            columns_of(table, [person])[:, 0],
            columns_of(table, _names(place)),
            moments(columns_of(table, [time])[:, 0]),
            points=points,
            place_step=place_step,
            time_step=time_step,
            n=n,
            seed=seed,
            level=level,
            progress=told,
        )
    end([measured], at_most, json)


Count = Annotated[int, typer.Option(min=1, help="Canaries drawn.")]
Kinds = Annotated[str, typer.Option(metavar="A,B", help="Of name, nir, sentence.")]
AtLeast = Annotated[Level, typer.Option(help="The faintest hit that counts.")]
_ALL_KINDS = "name,nir,sentence"


@canaries_app.command("plant", epilog=_CODES)
def plant(
    manifest: Annotated[
        Path, typer.Option(metavar="FILE", help="Write there what was planted, for 'search'.")
    ],
    count: Count = 1000,
    seed: Seed = 0,
    kinds: Kinds = _ALL_KINDS,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a manifest that exists.")] = False,
) -> None:
    """Print texts that each carry a fictional canary, one a line: feed them to the pipeline."""
    with guarded():
        from bacasable.privacy.attacks.planting import manifest as written
        from bacasable.privacy.redaction.files.writing import whole_file

        planted = _canaries(count, seed, kinds)
        with whole_file(manifest, overwrite=overwrite) as file:
            file.write(written(planted, seed=seed, kinds=_names(kinds)))  # type: ignore[arg-type]
            for canary in planted:
                typer.echo(canary.text)


@canaries_app.command("search", epilog=_CODES)
def search(
    outputs: Annotated[list[Path], typer.Argument(metavar="OUTPUT...", help="Texts that came out, UTF-8.")],
    manifest: Annotated[Path, typer.Option(metavar="FILE", help="What 'plant' wrote there.")],
    at_least: AtLeast = Level.partial,
    level: Confidence = 0.95,
    at_most: AtMost = None,
    json: Json = False,
) -> None:
    """Search the canaries of 'plant' in what the pipeline wrote."""
    with guarded(), progress() as told:
        from bacasable.privacy.attacks.canaries import yielded
        from bacasable.privacy.attacks.planting import planted_by

        planted, seed = planted_by(manifest)
        texts = [_text(path) for path in outputs]
        measured = yielded(planted, texts, seed=seed, at_least=at_least.value, level=level, progress=told)
    end([measured], at_most, json)


@canaries_app.command("run", epilog=_CODES)
def run(
    command: Annotated[
        str,
        typer.Argument(metavar="COMMAND", help="Reads texts, one a line; writes what becomes of them."),
    ],
    count: Count = 1000,
    seed: Seed = 0,
    kinds: Kinds = _ALL_KINDS,
    pass_on: Annotated[
        list[str] | None,
        typer.Option(
            "--env", metavar="NAME", help="Pass this variable to COMMAND too; those of bacasable never are."
        ),
    ] = None,
    at_least: AtLeast = Level.partial,
    level: Confidence = 0.95,
    at_most: AtMost = None,
    json: Json = False,
) -> None:
    """Plant, run a COMMAND (quoted, without a shell), and search what it prints.

    COMMAND is given PATH, HOME, the language and the like, and nothing else of the environment.
    """
    with guarded(), progress() as told:
        from bacasable.privacy.attacks.canaries import run_command, yielded

        planted = _canaries(count, seed, kinds)
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise Refused("COMMAND has a quote that does not close; close it") from error
        if not words:
            raise Refused("COMMAND is empty; give the command that runs the pipeline")
        texts = run_command(planted, words, pass_on=pass_on or ())
        measured = yielded(planted, texts, seed=seed, at_least=at_least.value, level=level, progress=told)
    end([measured], at_most, json)


def _names(given: str) -> list[str]:
    return [name.strip() for name in given.split(",") if name.strip()]


def _tables(original: Path, released: Path, control: Path | None) -> tuple[Any, Any, Any]:
    from bacasable.privacy.attacks.tables import read_table

    return read_table(original), read_table(released), read_table(control) if control else None


def _scores(path: Path, loss: bool) -> tuple[Any, Any]:
    from bacasable.privacy.attacks.membership import loss_scores
    from bacasable.privacy.attacks.tables import columns_of, read_table

    table = read_table(path)
    score, member = columns_of(table, ["score"])[:, 0], columns_of(table, ["member"])[:, 0]
    if score.dtype.kind != "f" or not set(member.tolist()) <= {0.0, 1.0}:
        raise Refused(f"{path}: 'score' must hold numbers and 'member' 1 or 0")
    scores = loss_scores(score) if loss else score
    return scores[member == 1], scores[member == 0]


def _canaries(count: int, seed: int, kinds: str) -> "list[Canary]":
    from bacasable.privacy.attacks.canaries import canaries

    return canaries(count, seed, _names(kinds))  # type: ignore[arg-type]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: not UTF-8 near byte {error.start}; convert it to UTF-8") from error
    except OSError as error:
        raise Refused(f"{path}: does not read ({error.strerror})") from error

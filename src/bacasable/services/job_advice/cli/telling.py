"""What a command says: reports and opinions in lines, or one JSON object."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.trace import Advice


def lines_of(told: dict[str, Any]) -> Iterator[str]:
    if "used" in told:
        yield f"{told['kind']}: {told['used']} lines used"
        return
    yield f"tables in {told['folder']}"
    for source in told["sources"]:
        yield f"{source['name']}, version {source['version']}, {source['date']}: {source['rows']} rows"
    for one in told["missing"]:
        yield f"missing: {one['archive']}: {one['absence']}"
    for name in told["set_aside"]:
        yield f"set aside, a newer version was given: {name}"
    for name in told["ignored"]:
        yield f"no archive: {name}"
    yield from told["notes"]


def said(found: "Advice") -> Iterator[str]:
    """Yield an opinion in lines: what it rests on, the obstacle, each suggestion with its factors."""
    if found.is_synthetic:
        yield "synthetic tables: these occupations, trainings and figures are made up"
    yield f"tables: {named(found.sources)}; weights {found.weights[:12]}"
    diagnosis = found.diagnosis
    yield f"obstacle: {diagnosis.obstacle or 'none seen'} ({diagnosis.sure:.0%} of the signs)"
    if diagnosis.missing:
        yield f"to be sure, ask: {', '.join(diagnosis.missing)}"
    for one in found.suggestions:
        yield f"{one.rank}. {one.kind} {one.key}: {one.label} ({one.score:+.2f})"
        for factor in one.factors:
            read = ", ".join(f"{row.table} {row.key} ({row.version}, {row.date})" for row in factor.rows)
            facts = ", ".join(f"{name} {value}" for name, value in factor.facts.items())
            sign = "missing" if factor.missing else f"{factor.contribution:+.3f}"
            yield f"   {sign:>8}  {factor.name}: {facts or '-'} [{', '.join(factor.fields)}; {read}]"
    for step in found.path:
        yield f"week {step.starts_week}: {step.kind} {step.label} ({step.weeks} weeks)"
    for name, values in found.notes:
        yield f"note: {name} {dict(values)}"


def named(sources: tuple[tuple[str, str, str], ...]) -> str:
    return "; ".join(f"{name} {version} ({day})" for name, version, day in sources)


def ratio_of(one: Any) -> str:
    told = f"{one.uncorrected:.2f} {bounds_of(one.uncorrected_interval)}"
    if one.corrected is None:
        return f"{told}, nobody comparable"
    return f"{told}, comparable people {one.corrected:.2f} {bounds_of(one.corrected_interval)} (n {one.n})"


def bounds_of(found: Any) -> str:
    return f"[{found.low:.2f}, {found.high:.2f}]"


def print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))

"""What is kept of frames: nothing, when the ring has gone round once."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.depth_events.controls.subject import ENGINE, Subject, counted

#: Frames with a canary: none of 240 in memory is below 1.3 % at 95 %.
FRAMES = 240


def _forgotten(probe: Probe, seed: int) -> Measurement:
    """Write a mark into raw frames, let the ring go round, read the whole memory of the edge's process."""
    from bacasable.services.depth_events.engine.acquisition import Setting
    from bacasable.services.depth_events.engine.trials.discarding import discard_apart

    subject: Subject = probe.engine
    found = discard_apart(Setting.parse(subject.setting), seed, FRAMES, keeps=subject.keeps)
    made = counted(
        found.in_memory,
        found.planted,
        seed,
        "reads the whole writable memory of the process, its open files, and what is sent",
        sha256(f"{subject.setting} {seed} {FRAMES}".encode()).hexdigest(),
        messages=found.messages,
        memory_read_megabytes=found.scanned_bytes // 1_000_000,
        files_open_for_writing=len(found.files),
    )
    wrong = [f"a file was opened for writing: {name}" for name in found.files]
    if found.in_messages:
        wrong.append(f"{found.in_messages} messages hold bytes of a frame")
    if not found.messages:
        wrong.append("the trial said nothing: nothing could be looked through")
    return replace(made, counterexamples=tuple(wrong))


@contextlib.contextmanager
def _held_on_to(probe: Probe) -> Iterator[Probe]:
    """Keep a copy of each raw frame, as a recorder would; gone when its process ends."""
    yield replace(probe, engine=replace(probe.engine, keeps=True))


CONTROLS = (
    Control(
        key="proof_of_discard",
        title=N_("Frames are forgotten: neither memory, nor files, nor messages hold any"),
        unit=N_("share of marked frames that are still in memory after the ring has gone round"),
        direction="at_most",
        threshold=0.02,
        maximum_age=timedelta(days=90),
        measure=_forgotten,
        sabotage=_held_on_to,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.frames",
                f"{ENGINE}.acquisition",
                f"{ENGINE}.edge.post",
                f"{ENGINE}.trials.discarding",
                f"{ENGINE}.trials.playing",
            )
        ),
        description=N_(
            "Measured on the post of an edge played in a process of its own; the driver of a real sensor, "
            "and memory that the system has put on disk, are not looked at."
        ),
    ),
)

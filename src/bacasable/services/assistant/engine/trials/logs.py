"""All that is logged and printed while a trial runs, read beside where it goes: nothing of it is lost."""

import contextlib
import io
import logging
import sys
from collections.abc import Iterator
from typing import TextIO


class _Reader(logging.Handler):
    """Notes every line, with all that its record carries."""

    def __init__(self, heard: io.StringIO) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.write(f"{record.getMessage()} {record.exc_text or ''} {record.__dict__}\n")


class _AsBefore(logging.Filter):
    """Lets through what a handler was given before more was logged, and nothing of one logger."""

    def __init__(self, level: int, but: str) -> None:
        super().__init__()
        self._level, self._but = level, but

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == self._but:
            return False
        return record.levelno >= self._level or _has_a_level(logging.getLogger(record.name))


def _has_a_level(logger: logging.Logger | None) -> bool:
    """Whether a logger or one above it, the root apart, says its own level."""
    while logger is not None and logger.parent is not None:
        if logger.level:
            return True
        logger = logger.parent
    return False


class _Both(io.TextIOBase):
    """A standard stream that is read on the way."""

    def __init__(self, stream: TextIO, heard: io.StringIO) -> None:
        self._stream, self._heard = stream, heard

    def write(self, text: str) -> int:
        self._heard.write(text)
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()


@contextlib.contextmanager
def overheard(*, but: str) -> Iterator[io.StringIO]:
    """Read every log line from DEBUG up, of any thread, and the standard streams, while the body runs.

    The handlers in place go on: the lines of other threads arrive where they did, at the level they had.
    What the logger ``but`` says is read and goes nowhere else.
    """
    heard, root = io.StringIO(), logging.getLogger()
    reader, as_before = _Reader(heard), _AsBefore(root.level, but)
    others, level = list(root.handlers), root.level
    for handler in others:
        handler.addFilter(as_before)
    root.addHandler(reader)
    root.setLevel(logging.DEBUG)
    try:
        with (
            contextlib.redirect_stdout(_Both(sys.stdout, heard)),
            contextlib.redirect_stderr(_Both(sys.stderr, heard)),
        ):
            yield heard
    finally:
        root.setLevel(level)
        root.removeHandler(reader)
        for handler in others:
            handler.removeFilter(as_before)

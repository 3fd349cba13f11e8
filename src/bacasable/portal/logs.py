"""Logs without personal data: structured lines, redacted before they are written.

Three guards: what we log ourselves is route names, identifiers and numbers, never addresses of pages or of
people; the value of a key that no declaration names is not written; and a processor takes out what looks like
an e-mail address, a query string, an IP address or a long secret from any line, ours or a library's.
Tracebacks keep files, lines and the class of the error: the messages of exceptions may quote what a person
typed.
"""

import logging
import logging.config
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from functools import cache, partial
from types import TracebackType
from typing import Any

import structlog

from bacasable.people.processing import LOGGED

#: What is taken out of every text of a log line, and what stands in its place.
REDACTIONS = (
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "[address]"),
    (re.compile(r"\?[^\s\"']+=[^\s\"']*"), "?[query]"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "[ip]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"), "[ip]"),
    (re.compile(r"(?<![\w.])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{40,}(?![\w.])"), "[secret]"),
)
#: Values of these keys are never written, whatever they hold.
FORBIDDEN_KEYS = {"email", "password", "token", "secret", "cookie", "authorization", "name", "args", "kwargs"}

Event = MutableMapping[str, Any]


_NAME = re.compile(r"[a-z_][a-z0-9_]*")
#: What asyncio's own lines repeat of an error that nobody took.
_REPEATED = re.compile(r"exception=.*", re.DOTALL)

#: Stands for the value of a key that no declaration names.
UNDECLARED = "[undeclared]"


@cache
def declared_keys() -> frozenset[str]:
    """Return what a line of the logs may hold: the places ``LOG/key`` of the declarations."""
    from bacasable.compliance.catalogue import CatalogueError, catalogue, processing_of

    try:
        stored = [place for service in catalogue().values() for place in processing_of(service).stored()]
    except CatalogueError:  # the start fails, and must be able to say why
        stored = [f"LOG/{key}" for key in LOGGED]
    return frozenset(place.removeprefix("LOG/") for place in stored if place.startswith("LOG/"))


def redact(text: str) -> str:
    """Return ``text`` without what :data:`REDACTIONS` recognises; loopback addresses stay."""
    for pattern, stand_in in REDACTIONS:
        text = pattern.sub(partial(_replacement, stand_in), text)
    return text


def _replacement(stand_in: str, found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("127.") else stand_in


def redacted(_logger: Any, _method: str, event: Event) -> Event:
    """Redact every value of a log line (a structlog processor)."""
    for key, value in list(event.items()):
        if key.lower() in FORBIDDEN_KEYS:
            event[key] = "[redacted]"
        elif key not in declared_keys():
            # a key that is no name of a program may be a value itself: an address, somebody's name
            del event[key]
            event[key if _NAME.fullmatch(key) else UNDECLARED] = UNDECLARED
        elif isinstance(value, str):
            event[key] = redact(value)
        elif isinstance(value, BaseException):
            event[key] = _class(value)
        elif not isinstance(value, int | float | bool | type(None)):
            event[key] = redact(str(value))
    return event


def scrubbed_traceback(error: BaseException) -> str:
    """Return where ``error`` arose (file, line, function of each frame) and its class; not its message."""
    lines = []
    seen: set[int] = set()
    step: BaseException | None = error
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        lines += [
            f"{frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(step.__traceback__)
        ]
        lines.append(f"{type(step).__module__}.{type(step).__qualname__}")
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return "\n".join(lines)


def _scrub_exception(_logger: Any, _method: str, event: Event) -> Event:
    """Replace ``exc_info`` by where the error arose, without the messages of exceptions."""
    info: Any = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event["traceback"] = scrubbed_traceback(info)
    return event


def _class(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _without_messages(arguments: Any) -> Any:
    """Return the arguments of a line with the class of each error in place of its message."""
    if isinstance(arguments, tuple):
        return tuple(_class(one) if isinstance(one, BaseException) else one for one in arguments)
    if isinstance(arguments, dict):
        return {key: _class(one) if isinstance(one, BaseException) else one for key, one in arguments.items()}
    return arguments


def _name_errors(_logger: Any, _method: str, event: Event) -> Event:
    if "positional_args" in event:
        event["positional_args"] = _without_messages(event["positional_args"])
    return event


class NamedErrors(logging.Filter):
    """Names errors in the arguments of a library's line by their class, before the line is made of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.args = _without_messages(record.args)
        if isinstance(record.msg, BaseException):
            record.msg = _class(record.msg)
        elif record.name == "asyncio" and isinstance(record.msg, str):
            record.msg = _REPEATED.sub("exception=[left out]>", record.msg)
        return True


def _drop_request(_logger: Any, _method: str, event: Event) -> Event:
    """Take the path out of the framework's own lines ("Not Found: /link/..."): the route is logged by us."""
    record = event.get("_record")
    if record is not None and record.name in {"django.request", "django.security.csrf"}:
        status = getattr(record, "status_code", None)
        event["event"] = f"{record.name} {status}" if status else record.name
    elif record is not None and record.name.startswith("django.security"):
        event["event"] = record.name
    return event


def _to_terminal(log_format: str) -> bool:
    return log_format == "console" or (log_format == "auto" and sys.stderr.isatty())


def set_up(log_format: str = "auto", log_level: str = "INFO", process: str = "") -> None:
    """Send the logs of this process to stderr, redacted, as JSON lines or for reading in a terminal.

    ``process`` (web, worker, mailbox) stands on each line.
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _name_errors,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named(process),
        _scrub_exception,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if _to_terminal(log_format)
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            _drop_request,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redacted,
            renderer,
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": formatter},
            "filters": {"errors": {"()": NamedErrors}},
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "formatter": "structured",
                    "filters": ["errors"],
                }
            },
            "root": {"handlers": ["stderr"], "level": log_level},
            "loggers": {
                "uvicorn.access": {"level": "CRITICAL", "propagate": False},  # it writes whole addresses
                "django.server": {"level": "CRITICAL", "propagate": False},
                "mail.log": {"level": "ERROR"},  # the SMTP server's own lines name senders
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.raiseExceptions = False  # else a line that cannot be written is printed with what it held
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_of_thread
    sys.unraisablehook = _log_unraisable


def _named(process: str) -> Any:
    def add(_logger: Any, _method: str, event: Event) -> Event:
        if process:
            event["process"] = process
        return event

    return add


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:  # pragma: no cover - ends the process
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger("bacasable").critical("uncaught error", exc_info=(kind, error, trace))


def _log_of_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        structlog.get_logger("bacasable").critical("uncaught error", exc_info=failed.exc_value)


def _log_unraisable(failed: "sys.UnraisableHookArgs") -> None:
    if failed.exc_value is not None:
        structlog.get_logger("bacasable").error("error that could not be raised", exc_info=failed.exc_value)

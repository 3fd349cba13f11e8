"""Logs hold no personal data: not in texts, not in named values, not in tracebacks."""

import json
import subprocess
import sys

import pytest

SET_UP = (
    "import logging, structlog, sys\nfrom bacasable.portal import logs\nlogs.set_up('json', 'INFO', 'test')\n"
)
SECRET = "qnYY4961g74PptSvY73AW4ZtB1tC1A8Tuwgbx9kCmfpDxbxgq"


def _logged(code: str, *arguments: str) -> list[str]:
    """Return the lines that a process of its own logs (the set-up is that of a whole process)."""
    done = subprocess.run([sys.executable, "-c", SET_UP + code, *arguments], capture_output=True, text=True)
    return done.stderr.splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "mail to marie.dupont+x@ville.example refused",
        "GET /link/?token=abc&next=/dossiers/",
        "peer 203.0.113.7 closed",
        "peer 2001:db8:0:1:2:3:4:5 closed",
        f"Not Found: /link/{SECRET}/",
    ],
)
def test_personal_data_is_taken_out_of_any_line(text: str) -> None:
    lines = _logged(
        "logging.getLogger('a.library').warning('%s', sys.argv[1])\n"
        "structlog.get_logger('ours').info('event', detail=sys.argv[1])\n",
        text,
    )
    assert len(lines) == 2
    for found in ("marie", "abc", "203.0.113.7", "2001:db8", SECRET):
        assert found not in "".join(lines)
    assert all(json.loads(line)["process"] == "test" for line in lines)


def test_named_values_that_are_personal_are_not_written() -> None:
    (line,) = _logged(
        "log = structlog.get_logger('ours')\n"
        "log.info('e', email='xyz', password='xyz', args=['xyz'], dossier='BAS-2026-0001')"
    )
    assert "BAS-2026-0001" in line
    assert "xyz" not in line


@pytest.mark.parametrize("way", ["logging.getLogger('a.library').exception('it broke')", "raise"])
def test_a_traceback_says_where_and_not_what(way: str) -> None:
    (line,) = _logged(
        "try:\n"
        "    try:\n        raise ValueError('Marie Dupont typed this')\n"
        "    except ValueError as error:\n        raise RuntimeError('and Paul that') from error\n"
        f"except RuntimeError:\n    {way}\n"
    )
    written = json.loads(line)
    assert "Marie" not in line
    assert "Paul" not in line
    assert "builtins.ValueError" in written["traceback"]


def test_a_line_that_cannot_be_written_tells_nothing() -> None:
    lines = _logged("logging.getLogger('a.library').warning('%d', 'marie@ville.example')")
    assert "marie" not in "".join(lines)

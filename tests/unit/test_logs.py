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


@pytest.mark.parametrize(
    "code",
    [
        "structlog.get_logger('ours').info('e', **{'Marie Dupont': 1, 'marie@ville.example': 2})",
        "logging.getLogger('a.library').warning('e', extra={'Marie Dupont': 1})",
        "logging.getLogger('a.library').error('failed: %s', ValueError('Marie Dupont'))",
        "logging.getLogger('a.library').error('failed: %(e)s', {'e': ValueError('Marie Dupont')})",
        "logging.getLogger('a.library').error(ValueError('Marie Dupont'))",
        "structlog.get_logger('ours').error('failed: %s', ValueError('Marie Dupont'))",
        "structlog.get_logger('ours').error('failed', error=ValueError('Marie Dupont'))",
        "structlog.get_logger('ours').error(ValueError('Marie Dupont'))",
    ],
)
def test_keys_and_arguments_tell_nobody(code: str) -> None:
    (line,) = _logged(code)
    assert json.loads(line)
    assert "marie" not in line.lower()


@pytest.mark.parametrize(
    "code",
    [
        "import threading\nt = threading.Thread(target=int, args=('Marie Dupont',))\nt.start()\nt.join()",
        "class A:\n    def __del__(self):\n        raise ValueError('Marie Dupont')\na = A()\ndel a",
        "import asyncio, gc\nasync def fail():\n    raise ValueError('Marie Dupont')\n"
        "async def main():\n    task = asyncio.create_task(fail())\n    await asyncio.sleep(0)\n"
        "    await asyncio.sleep(0)\n    del task\n    gc.collect()\nasyncio.run(main())",
    ],
    ids=["thread", "finaliser", "task"],
)
def test_errors_that_nobody_catches_are_logged_without_their_message(code: str) -> None:
    (line,) = _logged(code)
    assert "builtins.ValueError" in json.loads(line)["traceback"]
    assert "Marie" not in line

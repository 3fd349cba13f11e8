"""A trial of CVs: handed in at the page as an adviser does, then looked for wherever they could be kept."""

import functools
import gc
import os
import re
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse

from bacasable.people.instance import configuration
from bacasable.services.job_advice.web import nobody, sealed
from bacasable.services.job_advice.web.models import Act, Advice, File, Interview
from bacasable.services.job_advice.web.searching import found_in, in_files
from bacasable.services.job_advice.web.views import curriculum

#: CVs of which what was read is confirmed as well, each an entry of the journal: one of each kind of file.
_CONFIRMED = 4
_CODE = re.compile(r'name="(job-\d+-code)" value="([A-Z]\d{4}[^"]*)"')
_SKILL = re.compile(r'name="chosen" value="(\d+)"')
_PLACES = ("disk", "temporary files", "database", "caches")


class Trial:
    """Implements :class:`bacasable.services.job_advice.controls.subject.Handing` at the page itself."""

    def __init__(self) -> None:
        self._by = nobody.adviser()
        self._file: File | None = None
        self._began = 0.0
        self._count = 0
        self._kept: list[Path] = []

    def hand_in(self, name: str, content: bytes) -> None:
        """Have a CV read at the page; of the first ones, confirm what was read."""
        if self._file is None:
            self._began = time.time() - 2
            self._file = nobody.file(self._by.public_id)
        page = self._posted({"file": SimpleUploadedFile(name, content)})
        if self._count < _CONFIRMED:
            chosen = dict(_CODE.findall(page))
            self._posted({"step": "confirm", **chosen, "chosen": _SKILL.findall(page)})
        self._count += 1

    def held(self, mark: str) -> dict[str, list[str]]:
        """Return by place the marks that are found there."""
        pattern = mark.encode() + rb"\d{4}"
        sought = re.compile(pattern, re.IGNORECASE)
        home, temporary = configuration().home, Path(tempfile.gettempdir())
        return {
            "disk": in_files(home, self._began, pattern),
            "temporary files": in_files(temporary, self._began, pattern),
            "database": sorted({*_in_tables(mark), *self._in_sealed_words(sought)}),
            "caches": sorted(found_in(sought, _remembered())),
        }

    def keep(self, place: str, content: bytes) -> None:
        """Keep a CV at a place, until :meth:`clear`."""
        if place == "database":
            assert self._file is not None  # noqa: S101 - keep() comes after hand_in()
            made = Interview(file=self._file, adviser=uuid.uuid4())
            made.sealed = sealed.seal_words(self._file, made, {"note": content.decode("latin-1")})
            made.save()
        elif place == "caches":
            caches["default"].set(f"job_advice.trial.{self._count}", content, 600)
        else:
            folder = configuration().home if place == "disk" else Path(tempfile.gettempdir())
            handle, name = tempfile.mkstemp(prefix="bacasable-trial-", dir=folder)
            with os.fdopen(handle, "wb") as kept:
                kept.write(content)
            self._kept.append(Path(name))

    def places(self) -> Sequence[str]:
        """Return the places that are searched."""
        return _PLACES

    def clear(self) -> None:
        """Take away all that the trial kept."""
        for path in self._kept:
            path.unlink(missing_ok=True)
        for number in range(self._count + 1):
            caches["default"].delete(f"job_advice.trial.{number}")
        nobody.clear()
        self.__init__()  # type: ignore[misc]

    def _posted(self, given: dict[str, Any]) -> str:
        """Post to the page of the trial's file, and return the page.

        Raises:
            RuntimeError: the page refused what it should read: nothing would be measured.
        """
        assert self._file is not None  # noqa: S101 - hand_in() makes it
        address = reverse("job_advice:curriculum", args=(self._file.public_id,))
        request: HttpRequest = RequestFactory().post(address, given)
        request.user = self._by
        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
        answer = curriculum.curriculum(request, self._file.public_id)
        if answer.status_code not in (200, 302):
            raise RuntimeError(f"job_advice: the page of CVs answered {answer.status_code} to a trial")
        page = answer.content.decode()
        request.close()
        return page

    def _in_sealed_words(self, sought: re.Pattern[bytes]) -> set[str]:
        """Open what is sealed under the key of the trial's file: a search of tables cannot read it."""
        if self._file is None:
            return set()
        file = File.objects.get(pk=self._file.pk)
        rows: Iterable[Any] = (
            file,
            *file.interviews.all(),
            *Advice.objects.filter(interview__file=file),
            *Act.objects.filter(interview__file=file),
            *file.words.all(),
            *file.prompts.all(),
            *file.steps.all(),
        )
        return found_in(sought, (repr(sealed.words_of(file, row)).encode() for row in rows))


def _in_tables(mark: str) -> set[str]:
    """Search the tables of PostgreSQL, words and bytes; those of SQLite lie in a file of the home."""
    found: set[str] = set()
    for connection in connections.all():
        if connection.vendor != "postgresql":
            continue
        forms = (mark, mark.encode().hex())
        with connection.cursor() as cursor:
            for name in connection.introspection.table_names(cursor):
                table = connection.ops.quote_name(name)
                asked = f"SELECT r::text FROM {table} r WHERE r::text ILIKE %s OR r::text ILIKE %s"  # noqa: S608
                with transaction.atomic(using=connection.alias):
                    cursor.execute(asked, [f"%{form}%" for form in forms])
                    for (row,) in cursor.fetchall():
                        found.update(re.findall(rf"(?i){mark}\d{{4}}", row) or [f"{mark}0000"])
    return found


def _remembered() -> Iterator[bytes]:
    """Yield what Django's caches in memory and the remembered answers of functions hold, as bytes."""
    for cache in caches.all(initialized_only=True):
        for value in list(getattr(cache, "_cache", {}).values()):
            yield value if isinstance(value, bytes) else repr(value).encode()
    for one in gc.get_objects():
        if type(one) is functools._lru_cache_wrapper:  # isinstance would wake what is lazy
            yield from _within(gc.get_referents(one), 4)


def _within(values: Iterable[Any], depth: int) -> Iterator[bytes]:
    for value in values:
        kind = type(value)
        if issubclass(kind, str):
            yield value.encode(errors="replace")
        elif issubclass(kind, bytes):
            yield value
        elif depth and issubclass(kind, (list, tuple, dict, set, frozenset)):
            yield from _within([*value, *value.values()] if isinstance(value, dict) else value, depth - 1)

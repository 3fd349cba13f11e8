"""The demonstration, started as anybody starts it, and what a test reads of it: pages, mails, commands."""

import contextlib
import json
import re
import shutil
import smtplib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.installation import Installation, answers, free_port

#: The address of the open call, and the call.
MAILBOX = "bac-a-sable@autorite.example"
OPEN_CALL = "guichets-2030"
DECIDED_CALL = "services-publics-2023"
PATIENCE_SECONDS = 120.0


@dataclass
class Demonstration:
    """A demonstration that runs: ``url`` has no slash at its end."""

    installation: Installation
    url: str
    mailbox_port: int

    @property
    def home(self) -> Path:
        return self.installation.home

    def write_from(self, sender: str) -> None:
        """Send a real mail from ``sender`` to the call's address."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, MAILBOX, "Candidature"
        mail["Message-ID"] = f"<{time.time_ns()}@{sender.partition('@')[2]}>"
        mail.set_content("Bonjour, nous voulons candidater.")
        with smtplib.SMTP("127.0.0.1", self.mailbox_port, timeout=60) as server:
            server.send_message(mail)

    def letters_to(self, address: str) -> list[EmailMessage]:
        """Return the mails sent to ``address``, the oldest first."""
        paths = sorted((self.home / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
        return [mail for mail in read if isinstance(mail, EmailMessage) and address in str(mail["To"])]

    def wait_for_letters(self, address: str, count: int) -> list[EmailMessage]:
        """Return the mails sent to ``address`` as soon as there are ``count``."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := self.letters_to(address)) < count:
            assert time.monotonic() < deadline, f"{len(found)} mails of {count} came to {address}"
            time.sleep(0.2)
        return found

    def link_in(self, mail: EmailMessage) -> str:
        """Return the one-time link of a mail."""
        found = self._links([mail])
        assert found, mail.as_string()
        return found[0]

    def links_to(self, address: str) -> list[str]:
        """Return the one-time links that this demonstration sent to ``address``, the oldest first."""
        return self._links(self.letters_to(address))

    def wait_for_link(self, address: str, known: int) -> str:
        """Return the newest one-time link to ``address`` once there are more than the ``known`` ones."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := self.links_to(address)) <= known:
            assert time.monotonic() < deadline, f"no link came to {address}"
            time.sleep(0.2)
        return found[-1]

    def _links(self, mails: list[EmailMessage]) -> list[str]:
        bodies = [mail.get_body(preferencelist=("plain",)) for mail in mails]
        texts = [body.get_content() for body in bodies if body is not None]
        return [link for text in texts for link in re.findall(re.escape(self.url) + r"/link/\S+", text)]

    def password_of(self, address: str) -> str:
        """Return the password of a member of the staff."""
        return str(json.loads((self.home / "demo" / "passwords.json").read_text())[address])

    def code_of(self, address: str) -> str:
        """Return the code that the authenticator of a member of the staff shows."""
        return self.installation.python(
            "from django_otp.plugins.otp_totp.models import TOTPDevice\n"
            "from django_otp.oath import totp\n"
            "device = TOTPDevice.objects.get(user__email=sys.argv[1])\n"
            "print(f'{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):06d}')",
            address,
        )


#: What the worker has still to do: how much, and how much of it is not a measurement.
STILL_TO_DO = (
    "SELECT COUNT(*), COUNT(*) FILTER (WHERE task_path NOT LIKE '%.measure') "
    "FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"
)


def loaded(folder: Path) -> Path:
    """Load the demonstration in a new home, without serving it, and return that home.

    Its worker does what the load asked of it (documents imported, promises measured), or each copy would.
    """
    # a smaller town, fewer people in audits: pages are the same
    asked = {
        "BACASABLE_DEPLOYMENT": "demo",
        "BACASABLE_WATER_USE_DEMO_HOMES": "400",
        "BACASABLE_JOB_ADVICE_AUDIT_PEOPLE": "500",
        "BACASABLE_DEPTH_EVENTS_TRIAL_SCENES": "2",
    }
    installation = Installation(folder / "home", environment=asked)
    installation.initialised()
    installation.run("demo", "--load-only")
    with contextlib.ExitStack() as workers:
        workers.enter_context(installation.started("worker"))
        _left(installation, measurements=True)
        # What is measured is there now: each measures a part.
        workers.enter_context(installation.started("worker"))
        _left(installation, measurements=False)
    return installation.home


def _left(installation: Installation, *, measurements: bool) -> None:
    """Wait until nothing is left to do; with ``measurements``, these may be."""
    deadline = time.monotonic() + 8 * PATIENCE_SECONDS
    address = f"file:{installation.home / 'data' / 'bacasable.sqlite3'}?mode=ro"
    while True:
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=60)) as database:
            whole, others = database.execute(STILL_TO_DO).fetchone()
        if not (others if measurements else whole):
            return
        assert time.monotonic() < deadline, "the workers did not end what the load asked"
        time.sleep(0.5)


@contextlib.contextmanager
def demonstration(folder: Path, like: Path | None = None, live: bool = False) -> Iterator[Demonstration]:
    """Start ``bacasable demo`` in a new home, a copy of ``like`` where one is given.

    ``live`` runs its simulated station with it: three more processes, for the one test that looks at it.
    Its log is printed where it does not come up.
    """
    port, mailbox_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    # What `bacasable demo` sets for itself, so that another command works on the same home.
    environment = {
        "BACASABLE_DEPLOYMENT": "demo",
        "BACASABLE_PUBLIC_URL": url,
        "DJANGO_SETTINGS_MODULE": "bacasable.demo.settings",
        "BACASABLE_DEPTH_EVENTS_DEMO_LIVE": str(live),
    }
    installation = Installation(folder / "home", environment=environment)
    if like is not None:
        shutil.copytree(like, installation.home)
    log = installation.home.with_suffix(".log")
    asked = ("demo", "--port", str(port), "--mailbox-port", str(mailbox_port))
    with installation.started(*asked) as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (answers(f"{url}/healthz") and _takes_mail(mailbox_port)):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the demonstration does not come up:\n{log.read_text()[-4000:]}")
            time.sleep(0.2)
        yield Demonstration(installation, url, mailbox_port)


def _takes_mail(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False

"""Reading a folder of a real IMAP server: Dovecot, on the loopback, with and without TLS."""

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bacasable.compliance import clock as platform_clock
from bacasable.exchange.incoming import Incoming
from bacasable.exchange.pickup import Folder, pick_up, watch
from tests.factories.mail import raw_mail
from tests.requirements import need_program
from tests.unit.test_post import certificate

NOBODY = 65534

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
disable_plaintext_auth = no
mail_location = maildir:{home}/mail
first_valid_uid = 1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[tuple[int, int, Path]]:
    program = need_program("dovecot", "/usr/sbin", "/usr/local/sbin")
    home = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    home.chmod(0o755)
    (home / "mail").mkdir()
    root = os.geteuid() == 0
    uid, gid = (NOBODY, NOBODY) if root else (os.getuid(), os.getgid())
    if root:
        os.chown(home / "mail", uid, gid)
    me, mine = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    plain, tls, pem = free_port(), free_port(), certificate(home)
    configuration = home / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(
            home=home,
            pem=pem,
            plain=plain,
            tls=tls,
            uid=uid,
            gid=gid,
            internal="dovecot" if root else me,
            login="dovenull" if root else me,
            group="dovecot" if root else mine,
        )
    )
    process = subprocess.Popen([program, "-F", "-c", str(configuration)])
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", plain), timeout=1):
            break
        assert process.poll() is None, (home / "log").read_text()
        time.sleep(0.1)
    yield plain, tls, pem
    process.terminate()
    process.wait(20)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def inbox(dovecot: tuple[int, int, Path]) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", dovecot[0], timeout=20) as client:
        client.login("office", "secret")
        client.select("INBOX")
        yield client
        if client.search(None, "ALL")[1][0]:
            client.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()


@pytest.fixture
def folder(dovecot: tuple[int, int, Path]) -> Folder:
    return Folder("127.0.0.1", dovecot[0], tls=False, user="office", password="secret")


def put(inbox: imaplib.IMAP4, raw: bytes, *, age: timedelta = timedelta(0), flags: str = "") -> None:
    stamp = imaplib.Time2Internaldate(platform_clock.now() - age)
    assert inbox.append("INBOX", flags, stamp, raw)[0] == "OK"


def stored(number: int, **fields: str) -> bytes:
    top = f"Return-Path: <a{number}@town.example>\r\nDelivered-To: call@office.example\r\n".encode()
    return top + raw_mail(message_id=f"<{number}@town.example>", **fields)


def test_new_mails_are_handed_over_once_and_stay(inbox: imaplib.IMAP4, folder: Folder) -> None:
    put(inbox, stored(1))
    put(inbox, stored(2, body="x" * 200_000), flags=r"(\Seen)")  # somebody read it in a web mail
    received: list[Incoming] = []
    assert pick_up(received.append, folder) == 2
    assert [mail.sender for mail in received] == ["a1@town.example", "a2@town.example"]
    assert received[0].recipients == ("call@office.example",)
    assert pick_up(received.append, folder) == 0
    assert inbox.noop()[0] == "OK"
    assert len(inbox.search(None, "ALL")[1][0].split()) == 2


def test_what_is_read_comes_with_its_words_and_date_and_one_copy_remains(
    inbox: imaplib.IMAP4, folder: Folder
) -> None:
    put(inbox, stored(1, subject="mine"), age=timedelta(hours=5))
    put(inbox, stored(2))
    received: list[Incoming] = []

    def keep(mail: Incoming) -> bool:
        received.append(mail)
        return mail.words is not None

    assert pick_up(keep, folder, lambda mail: mail.subject == "mine") == 2
    mine, other = received
    assert mine.words and mine.words.text.startswith("Bonjour")
    assert other.words is None
    assert mine.arrived_at
    assert timedelta(hours=4.9) < platform_clock.now() - mine.arrived_at < timedelta(hours=5.1)
    assert inbox.noop()[0] == "OK"
    assert len(inbox.search(None, "ALL")[1][0].split()) == 1, "what is kept whole here is deleted there"


def test_what_somebody_answered_and_what_is_old_is_left_alone(inbox: imaplib.IMAP4, folder: Folder) -> None:
    put(inbox, stored(1), flags=r"(\Answered)")
    put(inbox, stored(2), age=timedelta(days=30))
    put(inbox, raw_mail())  # no return path: nobody to answer
    received: list[Incoming] = []
    pick_up(received.append, folder)
    assert received == []
    assert len(inbox.search(None, "ALL")[1][0].split()) == 3


def test_a_mail_whose_handling_failed_comes_back(inbox: imaplib.IMAP4, folder: Folder) -> None:
    put(inbox, stored(1))
    put(inbox, stored(2))
    received: list[Incoming] = []

    def failing_once(mail: Incoming) -> None:
        if mail.sender.startswith("a1") and not received:
            received.append(mail)
            raise RuntimeError("the database is gone")
        received.append(mail)

    assert pick_up(failing_once, folder) == 1
    assert pick_up(failing_once, folder) == 1
    assert [mail.sender[:2] for mail in received] == ["a1", "a2", "a1"]


def test_hostile_mails_do_not_stop_the_others(inbox: imaplib.IMAP4, folder: Folder) -> None:
    put(inbox, b"Return-Path: <a1@town.example>\r\nSubject: =?none?q?=FF?=\r\n\r\n\xff\xfe")
    put(inbox, b"Return-Path: <a2@town.example>\r\n" + b"X: " + b"y" * 400_000 + b"\r\n\r\n")
    put(inbox, stored(3))
    received: list[Incoming] = []
    pick_up(received.append, folder)
    assert received[-1].sender == "a3@town.example"
    assert pick_up(received.append, folder) == 0


def test_tls_with_a_certificate_that_is_checked(inbox: imaplib.IMAP4, dovecot: tuple[int, int, Path]) -> None:
    _, port, pem = dovecot
    put(inbox, stored(1))
    received: list[Incoming] = []
    with pytest.raises(ssl.SSLCertVerificationError):
        pick_up(received.append, Folder("localhost", port, user="office", password="secret"))
    trusting = ssl.create_default_context(cafile=str(pem))
    assert (
        pick_up(received.append, Folder("localhost", port, True, "office", "secret", context=trusting)) == 1
    )


def test_a_wrong_password_or_folder_is_an_error_that_watching_survives(
    inbox: imaplib.IMAP4, folder: Folder, dovecot: tuple[int, int, Path], caplog: pytest.LogCaptureFixture
) -> None:
    wrong = Folder("127.0.0.1", dovecot[0], tls=False, user="office", password="wrong")
    with pytest.raises(imaplib.IMAP4.error):
        pick_up(print, wrong)
    with pytest.raises(imaplib.IMAP4.error, match="mailbox_imap_folder"):
        pick_up(
            print, Folder("127.0.0.1", dovecot[0], tls=False, user="office", password="secret", name="No")
        )
    stop = threading.Event()
    gone = Folder("127.0.0.1", free_port(), tls=False, user="office", password="secret")
    watching = threading.Thread(target=watch, args=(print, gone, stop, 0.05))
    watching.start()
    while "IMAP folder not read" not in caplog.text:
        time.sleep(0.02)
    stop.set()
    watching.join(10)
    assert not watching.is_alive()
    assert "secret" not in caplog.text


def test_watching_hands_over_what_comes(inbox: imaplib.IMAP4, folder: Folder) -> None:
    received: list[Incoming] = []
    come, stop = threading.Event(), threading.Event()

    def handle(mail: Incoming) -> None:
        received.append(mail)
        come.set()

    watching = threading.Thread(target=watch, args=(handle, folder, stop, 0.1))
    watching.start()
    put(inbox, stored(1))
    assert come.wait(20)
    stop.set()
    watching.join(20)
    assert len(received) == 1


def test_a_password_in_the_clear_is_refused() -> None:
    with pytest.raises(ValueError, match="mailbox_imap_tls"):
        Folder("mail.example", tls=False)

"""The SMTP server of the mailbox, met by ordinary and by hostile peers."""

import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bacasable.exchange import mailbox
from bacasable.exchange.incoming import Incoming
from tests.factories.mail import raw_mail
from tests.unit.test_post import certificate

HERE = "call@office.example"


class Running:
    """A mailbox on a free port, and what its handler was given."""

    def __init__(self, **options) -> None:
        self.received: list[Incoming] = []
        self.handler: Callable[[Incoming], object] = self.received.append
        self.exists: Callable[[str], bool] = lambda address: address == HERE
        self.stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=mailbox.serve,
            args=(lambda mail: self.handler(mail),),
            kwargs={
                "exists": lambda address: self.exists(address),
                "host": "127.0.0.1",
                "port": 0,
                "stop": self.stop,
                "ready": self._listen,
                **options,
            },
        )

    def _listen(self, port: int) -> None:
        self.port = port
        self._ready.set()

    def __enter__(self) -> "Running":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, timeout=10)


def answer(peer: socket.socket) -> bytes:
    """Read one answer, its continued lines included."""
    received = b""
    while not re.search(rb"^\d{3} [^\n]*\n\Z", received, re.MULTILINE):
        part = peer.recv(1)
        assert part, "the server closed the connection"
        received += part
    return received


@pytest.fixture
def running() -> Iterator[Running]:
    with Running(limits=mailbox.Limits(message_bytes=150_000, recipients=5, connections=3)) as server:
        yield server


def test_a_mail_is_received_with_its_envelope(running: Running) -> None:
    with running.client() as client:
        client.sendmail("ada@town.example", ["Call@OFFICE.example"], raw_mail(sender="forged@x.example"))
    (mail,) = running.received
    assert (mail.sender, mail.recipients) == ("ada@town.example", (HERE,))
    assert mail.message_id == "<1@town.example>"


def test_only_addresses_that_exist_are_taken(running: Running) -> None:
    with running.client() as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.sendmail("ada@town.example", ["other@office.example"], raw_mail())
    assert [code for code, _ in refused.value.recipients.values()] == [550]
    assert running.received == []


def test_a_mail_with_ten_thousand_recipients_is_refused_whole(running: Running) -> None:
    running.exists = lambda _address: True
    codes = []
    with running.client() as client:
        client.ehlo()
        client.mail("ada@town.example")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            for number in range(10_000):
                codes.append(client.rcpt(f"a{number}@office.example")[0])
                assert codes[-1] in (250, 452) or codes[-1] == 421
    assert codes.count(250) == 5
    assert len(codes) < 200
    assert running.received == []


def test_some_recipients_too_many_deliver_nothing(running: Running) -> None:
    running.exists = lambda _address: True
    with running.client() as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("ada@town.example", [f"a{n}@office.example" for n in range(8)], raw_mail())
    assert refused.value.smtp_code == 554
    assert running.received == []


def test_a_mail_too_large_is_refused(running: Running) -> None:
    with running.client() as client, pytest.raises(smtplib.SMTPSenderRefused) as refused:
        client.sendmail("ada@town.example", [HERE], raw_mail(body="x\r\n" * 60_000))
    assert refused.value.smtp_code == 552
    with running.client() as client:  # without a word of its size
        client.ehlo()
        client.mail("ada@town.example")
        client.rcpt(HERE)
        assert client.data(raw_mail(body="x\r\n" * 60_000))[0] == 552
    assert running.received == []


def test_a_peer_that_sends_without_end_is_cut_off(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as peer:
        answer(peer)
        for command in (
            b"EHLO x",
            b"MAIL FROM:<ada@town.example>",
            b"RCPT TO:<call@office.example>",
            b"DATA",
        ):
            peer.sendall(command + b"\r\n")
            answer(peer)
        with pytest.raises(ConnectionError):
            for _ in range(10_000):
                peer.sendall(b"x" * 65_536)  # one line that never ends
    assert running.received == []


def test_connections_beyond_the_cap_are_told_to_come_back(running: Running) -> None:
    clients = [running.client() for _ in range(3)]
    with pytest.raises(smtplib.SMTPConnectError) as refused:
        running.client()
    assert refused.value.smtp_code == 421
    for client in clients:
        client.quit()
    for _ in range(50):
        try:
            running.client().quit()
            break
        except smtplib.SMTPConnectError:
            time.sleep(0.05)
    else:
        pytest.fail("no connection was freed")


def test_a_silent_peer_is_let_go() -> None:
    with (
        Running(limits=mailbox.Limits(command_seconds=0.3)) as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=10) as peer,
    ):
        while peer.recv(1000):
            pass


def test_a_session_that_drags_on_is_let_go() -> None:
    with (
        Running(limits=mailbox.Limits(session_seconds=0.5)) as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=10) as peer,
        pytest.raises(ConnectionError),
    ):
        while True:
            peer.sendall(b"NOOP\r\n")
            if not peer.recv(1000):
                raise ConnectionError
            time.sleep(0.1)


def test_a_failing_handler_loses_nothing(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    def failing(_mail: Incoming) -> None:
        raise RuntimeError("the database is gone, says ada@town.example")

    running.handler = failing
    with running.client() as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("ada@town.example", [HERE], raw_mail())
    assert refused.value.smtp_code == 451
    running.exists = lambda _address: 1 / 0 > 0
    with running.client() as client, pytest.raises(smtplib.SMTPRecipientsRefused):
        client.sendmail("ada@town.example", [HERE], raw_mail())
    assert "ada" not in caplog.text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x00\x00",
        b"Subject: \x00nul\r\n\r\n\x00",
        b"\xff\xfe\xfa not a header at all \xff\r\n\r\n\xff",
        b"Subject: =?x-none?b?////?= =?utf-7?q?+ADw-?=\r\n\r\n",
        b"From: a\rBcc: x@y.example\r\n\r\n",
        b"".join(b"X-%d: %s\r\n" % (n, b"y" * 900) for n in range(100)) + b"\r\n",
        "Subject: démarche brute en latin-1\r\n\r\nété".encode("latin-1"),
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n--\r\n",
    ],
)
def test_hostile_bytes_are_received_as_a_mail(running: Running, raw: bytes) -> None:
    with running.client() as client:
        client.sendmail("ada@town.example", [HERE], raw)
    (mail,) = running.received
    assert mail.sender == "ada@town.example"


def test_only_the_header_of_a_mail_is_looked_at(running: Running) -> None:
    seen: list[bytes] = []
    parse = Incoming.parse

    def spy(raw: bytes, **envelope) -> Incoming:
        seen.append(raw)
        return parse(raw, **envelope)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Incoming, "parse", spy)
        with running.client() as client:
            body = "\r\n".join(["a body", ".", "..", "x" * 5000, "Auto-Submitted: auto-replied"])
            client.sendmail("ada@town.example", [HERE], raw_mail(body=body))
            client.sendmail(
                "ada@town.example", [HERE], b".Dot: first\r\nX-Long: " + b"y" * 3000 + b"\r\n\r\nz"
            )
    assert b"body" not in seen[0]
    assert running.received[0].message_id == "<1@town.example>"
    assert "auto-submitted" not in running.received[0].fields
    assert running.received[1].fields == {".dot": ("first",), "x-long": ("y" * 3000,)}


def test_a_hidden_end_of_data_smuggles_no_second_mail(running: Running) -> None:
    smuggled = (
        b"\n.\nMAIL FROM:<other@x.example>\nRCPT TO:<call@office.example>\nDATA\nSubject: second\n\n\n.\n"
    )
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as peer:
        answer(peer)
        for command in (
            b"EHLO x",
            b"MAIL FROM:<ada@town.example>",
            b"RCPT TO:<call@office.example>",
            b"DATA",
        ):
            peer.sendall(command + b"\r\n")
            answer(peer)
        peer.sendall(b"Subject: first\r\n\r\nx" + smuggled + b"\r\n.\r\n")
        assert answer(peer).startswith(b"250")
        peer.sendall(b"QUIT\r\n")
    assert [mail.sender for mail in running.received] == ["ada@town.example"]


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        (b".\r\n", {}),
        (b"\r\n.\r\n", {}),
        (b"A: b\r\n.\r\n", {"a": ("b",)}),
        (b"A: b\r\n\r\n.\r\n", {"a": ("b",)}),
        (b"A: b\r\n\r\nx\r\n.\r\n", {"a": ("b",)}),
        (b"A: b\r\n\r\n..\r\n.x\r\n\r\n.\r\n", {"a": ("b",)}),
        (b"A: b\r\n\r\n" + b"x" * 70_000 + b"\r\n.\r\n", {"a": ("b",)}),
        (b"A: b\r\nC: " + b"d" * 131_000 + b"\r\nnone\r\n.\r\n", {"a": ("b",), "c": ("d" * 131_000,)}),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_the_end_of_a_mail_is_found_however_it_arrives(
    running: Running, sent: bytes, fields: dict[str, tuple[str, ...]], step: int
) -> None:
    if step == 1 and len(sent) > 1000:
        step = 997
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer(peer)
        for command in (
            b"EHLO x",
            b"MAIL FROM:<ada@town.example>",
            b"RCPT TO:<call@office.example>",
            b"DATA",
        ):
            peer.sendall(command + b"\r\n")
            answer(peer)
        whole = sent + b"QUIT\r\n"
        for start in range(0, len(whole), step):
            peer.sendall(whole[start : start + step])
        assert answer(peer).startswith(b"250")
        assert answer(peer).startswith(b"221")
    (mail,) = running.received
    assert mail.fields == fields


def test_starttls_is_offered_with_a_certificate(tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    with Running(certificate=pem) as running:
        client = smtplib.SMTP("localhost", running.port, timeout=10)
        client.starttls(context=ssl.create_default_context(cafile=str(pem)))
        client.sendmail("ada@town.example", [HERE], raw_mail())
        client.quit()
        assert len(running.received) == 1


def test_stopping_lets_a_mail_on_its_way_end(running: Running) -> None:
    slow = threading.Event()

    def handle(mail: Incoming) -> None:
        slow.set()
        time.sleep(0.6)
        running.received.append(mail)

    running.handler = handle
    client = running.client()
    sender = threading.Thread(target=client.sendmail, args=("ada@town.example", [HERE], raw_mail()))
    sender.start()
    assert slow.wait(10)
    running.stop.set()
    sender.join(10)
    assert len(running.received) == 1
    client.close()

"""Mail out: what a mail looks like, that nothing in it can add a header, and what a relay answers."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bacasable.exchange.post import Attached, Mail, Post, Relay, Undeliverable, address
from tests.factories.mail import text_of


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post("office@authority.example", "Bac à sable", tmp_path / "outbox")


def written(post: Post):
    return [BytesParser(policy=policy.default).parsebytes(p.read_bytes()) for p in post.outbox.glob("*.eml")]


def test_without_a_relay_a_mail_is_a_readable_private_file(post: Post) -> None:
    identifier = post.send(Mail("ada@town.example", "Dépôt reçu", "Voici : https://x.example/" + "a" * 200))
    (path,) = post.outbox.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert post.outbox.stat().st_mode & 0o777 == 0o700
    assert ("https://x.example/" + "a" * 200).encode() in path.read_bytes()
    (message,) = written(post)
    assert message["To"] == "ada@town.example"
    assert message["From"].addresses[0].display_name == "Bac à sable"
    assert message["Subject"] == "Dépôt reçu"
    assert message["Message-ID"] == identifier and identifier.endswith("@authority.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert text_of(message).startswith("Voici")


def test_html_and_attachments(post: Post) -> None:
    mail = Mail(
        "ada@town.example",
        "x",
        "text",
        html="<p>é</p>",
        attachments=(Attached("reçu\r\nX: y.pdf", "application/pdf", b"%PDF-1.7 \x00\xff"),),
    )
    post.send(mail)
    (message,) = written(post)
    (attached,) = message.iter_attachments()
    assert attached.get_content() == b"%PDF-1.7 \x00\xff"
    assert "\n" not in (attached.get_filename() or "")
    assert message["X"] is None
    assert message.get_body(("html",)).get_content().strip() == "<p>é</p>"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=st.text(max_size=60), value=st.text(max_size=60), text=st.text(max_size=200))
def test_no_text_adds_a_header(post: Post, subject: str, value: str, text: str) -> None:
    mail = Mail("ada@town.example", subject + "\r\nBcc: b@c.example", text, headers={"References": value})
    raw = post.compose(mail).as_bytes()
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert message["Bcc"] is None
    assert set(message.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "References",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip


def test_other_headers_and_other_recipients_are_refused(post: Post) -> None:
    with pytest.raises(ValueError, match="Bcc"):
        post.send(Mail("ada@town.example", "x", "y", headers={"Bcc": "b@c.example"}))
    for to in ("a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "", "ada", "a@", "<a@b.example>"):
        with pytest.raises(ValueError) as refused:
            post.send(Mail(to, "x", "y"))
        assert not to or to not in str(refused.value)
    assert not post.outbox.exists()


def test_a_domain_beyond_ascii_is_written_as_servers_do(post: Post) -> None:
    assert address("ada@étampes.example") == "ada@xn--tampes-9ua.example"
    post.send(Mail("ada@étampes.example", "lone \ud800 surrogate", "\ud800"))
    assert written(post)[0]["To"] == "ada@xn--tampes-9ua.example"
    for wrong in ("ada@" + "é" * 80 + ".example", "ada@é..example"):
        with pytest.raises(ValueError):
            address(wrong)


class Server:
    """What a relay received, and what it answers next."""

    def __init__(self) -> None:
        self.received: list[tuple[str, list[str], bytes]] = []
        self.answer = "250 OK"
        self.rcpt = "250 OK"

    async def handle_RCPT(self, server, session, envelope, to, options):
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(to)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.answer


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[tuple[Server, Relay]]:
    server = Server()
    pem = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)

    def check(_server, _session, _envelope, _mechanism, login):
        good = isinstance(login, LoginPassword) and login.password == b"right"
        return AuthResult(success=good, handled=False)

    controller = Controller(
        server,
        hostname="localhost",
        port=0,
        tls_context=context,
        require_starttls=True,
        authenticator=check,
        auth_required=True,
        auth_require_tls=True,
    )
    # The library's own start connects to the port that it was given: 0 is none, so ask for a free one.
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.hostname = "127.0.0.1"
    controller.start()
    trusting = ssl.create_default_context(cafile=str(pem))
    yield (
        server,
        Relay("localhost", controller.port, "starttls", "office", "right", timeout=5, context=trusting),
    )
    controller.stop()


def test_a_relay_gets_the_mail_over_starttls_with_a_password(tmp_path: Path, relay) -> None:
    server, settings_ = relay
    post = Post("office@authority.example", "Bac à sable", tmp_path / "outbox", settings_)
    post.send(Mail("ada@town.example", "Dépôt", "é" * 400))
    ((sender, recipients, content),) = server.received
    assert (sender, recipients) == ("office@authority.example", ["ada@town.example"])
    assert content.isascii()
    assert text_of(BytesParser(policy=policy.default).parsebytes(content)).strip() == "é" * 400
    assert not (tmp_path / "outbox").exists()


def test_an_automatic_reply_has_a_null_return_path(tmp_path: Path, relay) -> None:
    server, settings_ = relay
    post = Post("office@authority.example", "x", tmp_path, settings_)
    post.send(Mail("ada@town.example", "x", "y", headers={"Auto-Submitted": "auto-replied"}))
    assert server.received[0][0] == "<>"  # as the library writes the null one


@pytest.mark.parametrize(
    ("rcpt", "answer", "permanent"),
    [
        ("550 5.1.1 unknown ada@town.example", "", True),
        ("450 4.2.1 later", "", False),
        ("250 OK", "554 5.7.1 refused ada@town.example", True),
        ("250 OK", "451 4.3.0 later", False),
    ],
)
def test_what_the_relay_answers(tmp_path: Path, relay, rcpt: str, answer: str, permanent: bool) -> None:
    server, settings_ = relay
    server.rcpt, server.answer = rcpt, answer
    with pytest.raises(Undeliverable) as refused:
        Post("office@authority.example", "x", tmp_path, settings_).send(Mail("ada@town.example", "x", "y"))
    assert refused.value.permanent is permanent
    assert "ada" not in str(refused.value)


def test_settings_that_are_wrong_are_worth_another_try(tmp_path: Path, relay) -> None:
    _, right = relay
    for wrong in (
        Relay(right.host, right.port, "starttls", "office", "wrong", 5, right.context),
        Relay(
            right.host, right.port, "starttls", "office", "right", 5
        ),  # a certificate that nobody vouches for
        Relay(right.host, 1, "starttls", "office", "right", 5, right.context),
        Relay(right.host, right.port, "implicit", "office", "right", 5, right.context),
    ):
        with pytest.raises(Undeliverable) as refused:
            Post("office@authority.example", "x", tmp_path, wrong).send(Mail("ada@town.example", "x", "y"))
        assert not refused.value.permanent
        assert "right" not in repr(wrong)


def test_a_password_in_the_clear_is_refused() -> None:
    with pytest.raises(ValueError, match="starttls"):
        Relay("relay.example", tls="none", user="office", password="x")
    Relay("localhost", tls="none", user="office", password="x")


def test_many_threads_write_many_files(post: Post) -> None:
    threads = [
        threading.Thread(target=post.send, args=(Mail("ada@town.example", str(n), "y"),)) for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {message["Subject"] for message in written(post)} == {str(n) for n in range(12)}

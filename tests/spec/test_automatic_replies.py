"""RFC 3834: to which mails an automatic answer is sent, and what ties it to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.exchange.incoming import Incoming, reply_headers, silence
from tests.factories.mail import raw_mail

OURS = {"call@office.example", "bac-a-sable@office.example"}


def incoming(sender: str = "ada@town.example", **fields: str) -> Incoming:
    return Incoming.parse(raw_mail(**fields), sender=sender, recipients=["call@office.example"])


def test_a_person_gets_an_answer() -> None:
    assert silence(incoming(), OURS) is None
    assert silence(incoming(Auto_Submitted="no"), OURS) is None
    assert silence(incoming(Auto_Submitted="No; note=written by hand"), OURS) is None
    assert silence(incoming(Precedence="first-class"), OURS) is None


@pytest.mark.parametrize("sender", ["", "<>"])
def test_nothing_to_a_null_sender(sender: str) -> None:
    assert silence(incoming(sender), OURS) == "null-sender"


@pytest.mark.parametrize(
    "sender", ["nonsense", "a@b, c@d", "a b@c.example", "a@b.example\r\nBcc: x@y.example"]
)
def test_nothing_to_what_is_not_one_address(sender: str) -> None:
    assert silence(incoming(sender), OURS) == "bad-sender"


@pytest.mark.parametrize("sender", ["Call@Office.example", "bac-a-sable@office.example"])
def test_nothing_to_ourselves(sender: str) -> None:
    assert silence(incoming(sender), OURS) == "own-address"


@pytest.mark.parametrize(
    "local",
    [
        "MAILER-DAEMON",
        "postmaster",
        "no-reply",
        "noreply",
        "donotreply",
        "ne-pas-repondre",
        "bounce+ada=town.example",
        "bounces",
        "owner-news",
        "news-request",
        "news-bounces",
        "listserv",
        "majordomo",
    ],
)
def test_nothing_to_machines_and_list_managers(local: str) -> None:
    assert silence(incoming(f"{local}@town.example"), OURS) == "machine"


@pytest.mark.parametrize("local", ["daemon.martin", "m.bouncer", "norepli", "request", "owner"])
def test_people_with_similar_names_are_people(local: str) -> None:
    assert silence(incoming(f"{local}@town.example"), OURS) is None


@pytest.mark.parametrize(
    "value", ["auto-replied", "auto-generated", "Auto-Notified; owner-email=x", "", "yes"]
)
def test_nothing_to_automatic_mail(value: str) -> None:
    assert silence(incoming(Auto_Submitted=value), OURS) == "automatic"


@pytest.mark.parametrize("name", ["List_Id", "List_Unsubscribe", "List_Post", "LIST_HELP"])
def test_nothing_to_mailing_lists(name: str) -> None:
    assert silence(incoming(**{name: "<https://list.example>"}), OURS) == "list"


@pytest.mark.parametrize("value", ["bulk", "List", "junk"])
def test_nothing_to_bulk_mail(value: str) -> None:
    assert silence(incoming(Precedence=value), OURS) == "bulk"


def test_nothing_to_reports_and_to_who_asks_for_silence() -> None:
    report = "multipart/report; report-type=delivery-status; boundary=x"
    assert silence(incoming(Content_Type=report), OURS) == "report"
    assert silence(incoming(X_Auto_Response_Suppress="DR, OOF, AutoReply"), OURS) == "suppressed"


def test_the_answer_is_tied_to_the_mail() -> None:
    mail = incoming(message_id="<b@town.example>", References="<a@town.example>\r\n <a2@town.example>")
    assert reply_headers(mail) == {
        "Auto-Submitted": "auto-replied",
        "In-Reply-To": "<b@town.example>",
        "References": "<a@town.example> <a2@town.example> <b@town.example>",
    }
    replying = incoming(message_id="<b@town.example>", In_Reply_To="<a@town.example>")
    assert reply_headers(replying)["References"] == "<a@town.example> <b@town.example>"


@pytest.mark.parametrize("message_id", ["", "none", "<a@b> <c@d>", "<a b@c>", "<" + "x" * 900 + "@y>"])
def test_an_identifier_that_is_none_is_not_repeated(message_id: str) -> None:
    assert reply_headers(incoming(message_id=message_id)) == {"Auto-Submitted": "auto-replied"}


def test_references_do_not_grow_for_ever() -> None:
    many = " ".join(f"<{n}@town.example>" for n in range(500))
    headers = reply_headers(incoming(References=many))
    assert headers["References"].split()[-2:] == ["<499@town.example>", "<1@town.example>"]
    assert len(headers["References"]) < 2000


@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    mail = Incoming.parse(raw, sender="ada@town.example", recipients=[])
    silence(mail, OURS)
    for value in reply_headers(mail).values():
        assert value.isascii() and "\n" not in value and "\r" not in value
    Incoming.parse_stored(raw)


@given(st.sampled_from(["utf-8", "x-unknown", "utf-7", "idna", "hex", "rot13", ""]), st.text(max_size=30))
def test_a_wrong_charset_is_tolerated(charset: str, text: str) -> None:
    encoded = text.encode("utf-8", "surrogatepass").hex().upper()
    word = "".join(f"={encoded[n : n + 2]}" for n in range(0, len(encoded), 2))
    assert silence(incoming(subject=f"=?{charset}?q?{word}?="), OURS) is None


def test_a_stored_mail_tells_its_envelope() -> None:
    raw = raw_mail(to="Someone Else <else@office.example>", sender="forged@elsewhere.example")
    stored = b"Return-Path: <ada@town.example>\r\nDelivered-To: Call@Office.example\r\n" + raw
    mail = Incoming.parse_stored(stored)
    assert mail is not None
    assert (mail.sender, mail.recipients) == ("ada@town.example", ("call@office.example",))
    without = Incoming.parse_stored(b"Return-Path: <>\r\n" + raw)
    assert without is not None
    assert (without.sender, without.recipients) == ("", ("else@office.example",))
    assert Incoming.parse_stored(raw) is None

"""The calendar file of a conference keeps to RFC 5545 whatever was typed."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bacasable.programme.call.models import Call
from bacasable.programme.committee.models import Conference
from bacasable.programme.committee.queries.conferences import calendar_file

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def unescaped(value: str) -> str:
    """Read a TEXT value back."""
    text, rest = "", iter(value)
    for character in rest:
        if character == "\\":
            escaped = next(rest)
            character = "\n" if escaped == "n" else escaped
        text += character
    return text


@given(st.text(max_size=200), st.text(max_size=200))
def test_lines_are_short_and_hold_what_was_typed(title, place):
    conference = Conference(call=Call(slug="a-call"), title=title, place=place, starts_at=AT, ends_at=AT)
    made = calendar_file(conference, "https://office.example/", "office.example", AT)
    assert made.endswith(b"END:VCALENDAR\r\n")
    lines = made.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode("utf-8")  # folded between characters
    values = dict(
        line.split(":", 1) for line in made.replace(b"\r\n ", b"").decode().split("\r\n") if ":" in line
    )
    for name, typed in (("SUMMARY", title), ("LOCATION", place)):
        lines_kept = typed.replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(one for one in lines_kept if one == "\n" or one.isprintable())
        assert unescaped(values[name]) == kept

"""What is refused of a model's address before anything is sent, and how its stream is read."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.exchange.models import Endpoint, _events
from bacasable.privacy.messages import Refused


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("models.example/v1", "", "not one such as"),
        ("ftp://models.example/v1", "", "not one such as"),
        ("https://user:secret@models.example/v1", "", "not one such as"),
        ("https://models.example:port/v1", "", "not one such as"),
        ("http://models.example/v1", "", "plain HTTP"),
        ("https://models.example/v1", "two words", "the key holds spaces"),
    ],
)
def test_an_address_or_a_key_that_cannot_be_one(url: str, key: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        Endpoint(url, "m", key)
    assert "secret" not in str(refused.value)
    assert "words" not in str(refused.value)


def test_the_key_is_not_shown() -> None:
    assert "sk-1" not in repr(Endpoint("https://models.example/v1", "m", "sk-1"))
    assert Endpoint("http://10.0.0.2:8000/v1", "m", plain=True).host == "10.0.0.2:8000"


@settings(max_examples=40)
@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), min_size=1)), st.data())
def test_events_are_the_same_however_the_network_cuts_them(texts: list[str], data: st.DataObject) -> None:
    ends = [data.draw(st.sampled_from(["\n", "\r\n", "\r"])) for _ in texts]
    stream = b"".join(
        f": beat{end}data: {text}{end}{end}".encode() for text, end in zip(texts, ends, strict=True)
    )
    step = data.draw(st.integers(1, 7))

    def chunks() -> Iterator[bytes]:
        yield from (stream[at : at + step] for at in range(0, len(stream), step))

    assert list(_events(chunks())) == texts

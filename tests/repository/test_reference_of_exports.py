"""The page on exports names every format, and says of each what people must know before they send it."""

from bacasable.compliance.exports.loading import available
from tests.repository.sources import ROOT


def test_every_format_is_told() -> None:
    text = (ROOT / "docs" / "reference" / "exports.md").read_text(encoding="utf-8")
    for key in available():
        assert f"| `{key}` |" in text, key
    assert "the columns of the CNIL's own spreadsheet were not found" in text

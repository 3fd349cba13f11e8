"""A sheet of an export as a tagged PDF (PDF/UA-1): one template for every format."""

from datetime import datetime
from pathlib import Path

from bacasable.compliance.exports.sheet import Sheet, as_data
from bacasable.exchange import documents

TEMPLATE = Path(__file__).with_name("sheet.typ")


def as_pdf(sheet: Sheet, *, made_at: datetime | None = None) -> bytes:
    """Return the PDF, with the sheet's title and language.

    Raises:
        NotRendered: the template does not compile.
    """
    return documents.render(TEMPLATE, as_data(sheet), made_at=made_at)

"""A letter as a tagged PDF (PDF/UA-1) of A4 pages. Every word enters the template as data, never as code."""

from datetime import datetime
from pathlib import Path
from typing import Any

from bacasable.exchange import documents
from bacasable.privacy.messages import N_, Said
from bacasable.services.water_use.engine.letters.content import Block, Letter, Parties, Wording

_TEMPLATE = Path(__file__).with_name("letter.typ")


def pdf(letter: Letter, parties: Parties, wording: Wording, *, made_at: datetime | None = None) -> bytes:
    """Return the PDF of a letter; the same letter, parties and instant give the same bytes.

    Raises:
        NotRendered: the template does not compile.
    """
    return documents.render(_TEMPLATE, _data(letter, parties, wording), made_at=made_at)


def _data(letter: Letter, parties: Parties, wording: Wording) -> dict[str, Any]:
    references = [
        (Said(N_("Contract")), parties.contract),
        (Said(N_("Meter")), parties.meter),
        (Said(N_("Date")), wording.day(parties.made_on)),
    ]
    return {
        "language": wording.language,
        "title": wording.say(letter.title),
        "issuer": parties.issuer,
        "issuer_address": list(parties.issuer_address),
        "contact": parties.contact,
        "recipient": list(parties.recipient),
        "references": [[wording.say(name), value] for name, value in references if value],
        "blocks": [_block(block, wording) for block in letter.blocks],
        "foot": wording.say(letter.foot),
        "label": wording.say(parties.label) if parties.label else "",
    }


def _block(block: Block, wording: Wording) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "text": wording.say(block.text),
        "items": [wording.say(item) for item in block.items],
        "rows": [[wording.say(name), value] for name, value in block.rows],
    }

"""A refusal with its words: what is wrong and the remedy; no Django here, pages translate it."""

from bacasable.compliance.service import N_


class Refused(ValueError):
    """What a person sent is refused. ``message`` is a string to translate, filled with ``values``.

    ``code`` is stable and goes to the journal and to tests; nothing here holds content of the file.
    """

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.values = values


def damaged() -> Refused:
    """Return the refusal of a file that cannot be read to its end."""
    return Refused(
        "damaged",
        N_(
            "This file is damaged or incomplete: its content cannot be read to the end. "
            "Open it on your device, save it again, then add the new file."
        ),
    )


def encrypted() -> Refused:
    """Return the refusal of a document that asks for a password."""
    return Refused(
        "encrypted",
        N_("This document is protected by a password. Remove the password: files are encrypted here anyway."),
    )

"""What an attached file is, judged by its content and never by its name alone; no Django here.

:func:`clean_name` makes a name safe to show and to save; :func:`media_type` reads the whole content and
refuses what lies, what hides something active and what would burst when opened. Both raise :class:`Refused`,
whose words name what is wrong and the remedy. Archives are looked at in :mod:`.archives`,
PDF in :mod:`.pdf`, pictures in :mod:`.pictures`.
"""

import io
import unicodedata
from typing import BinaryIO

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.media import archives, pictures
from bacasable.programme.dossiers.media.kinds import (
    BY_EXTENSION,
    DOCX,
    EXTENSIONS,
    JPEG,
    ODT,
    PDF,
    PNG,
    XLSX,
)
from bacasable.programme.dossiers.normal_form import normalised
from bacasable.programme.dossiers.refusals import Refused

__all__ = [
    "DOCX",
    "EXTENSIONS",
    "JPEG",
    "NAME_LENGTH",
    "ODT",
    "PDF",
    "PNG",
    "XLSX",
    "accepted_extensions",
    "claimed_type",
    "clean_name",
    "media_type",
]

#: longest name kept, in characters, extension included
NAME_LENGTH = 150
#: categories of characters that are not seen, or that change how the others are seen
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_FORBIDDEN_IN_NAMES = frozenset('<>:"|?*')
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)]
)
_START = 64


def accepted_extensions() -> list[str]:
    """Return the accepted extensions without dot, for a page to list them."""
    return list(BY_EXTENSION)


def clean_name(name: str) -> str:
    """Return ``name`` without folders, control characters or marks that reverse the reading direction.

    ``rapport\\u202efdp.exe`` shows as "rapportexe.pdf": such marks are dropped, so that the true extension is
    the one that is read and judged. At most ``NAME_LENGTH`` characters, in NFC; stable when cleaned again.

    Raises:
        Refused: nothing is left of the name, or its extension is not accepted.
    """
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        " " if character.isspace() else "_" if character in _FORBIDDEN_IN_NAMES else character
        for character in normalised(name)
        if character == "\t" or unicodedata.category(character) not in _UNSEEN
    )
    name = " ".join(name.split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    stem = stem.rstrip(". ")
    if not dot or extension.lower() not in BY_EXTENSION:
        raise Refused(
            "extension",
            N_(
                "The name of this file does not end with an accepted extension (%(accepted)s). "
                "Save the document in one of these formats, then add it again."
            ),
            accepted=", ".join(BY_EXTENSION),
        )
    if not stem:
        raise Refused("name", N_("This file has no name left once unsafe characters are removed. Rename it."))
    if stem.lower().split(".")[0].strip() in _DEVICES:
        stem = f"_{stem}"
    stem = stem[: NAME_LENGTH - len(extension) - 1].rstrip(". ")
    return unicodedata.normalize("NFC", f"{stem}.{extension}")


def claimed_type(name: str) -> str:
    """Return the media type that the extension of a cleaned ``name`` announces."""
    return BY_EXTENSION[name.rpartition(".")[2].lower()]


def media_type(name: str, content: bytes | BinaryIO) -> str:
    """Return the media type of ``content``, read whole, when it is what ``name`` says and is harmless.

    ``name`` is a cleaned name. ``content`` is bytes or a seekable binary stream that holds them in memory;
    the caller has checked the size.

    Raises:
        Refused: with its code (``empty``, ``type``, ``lie``, ``damaged``, ``encrypted``, ``active``,
            ``external``, ``bomb``, ``nested``, ``picture``), words and remedy.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    stream.seek(0)
    start = stream.read(_START)
    if not start:
        raise Refused("empty", N_("This file is empty. Check the file on your device, then add it again."))
    claimed = claimed_type(name)
    found = _family(start)
    if found == "zip":
        found = archives.inspect(stream)
    if found is None:
        raise Refused(
            "type",
            N_(
                "The content of this file is none of the accepted formats (%(accepted)s), whatever its name "
                "says. Save the document in one of these formats, then add it again."
            ),
            accepted=", ".join(BY_EXTENSION),
        )
    if found != claimed:
        raise Refused(
            "lie",
            N_(
                "The name of this file ends with “.%(claimed)s” but its content is of the type “%(found)s”. "
                "Give it the extension of its content, or save it in the format that its name says."
            ),
            claimed=EXTENSIONS[claimed][0],
            found=EXTENSIONS[found][0],
        )
    if found == PDF:
        from bacasable.programme.dossiers.media import pdf  # its library takes 17 MB of each process

        pdf.inspect(stream)
    elif found == PNG:
        pictures.png(stream)
    elif found == JPEG:
        pictures.jpeg(stream)
    return found


def _family(start: bytes) -> str | None:
    if start.startswith(b"%PDF-"):
        return PDF
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if start.startswith(b"\xff\xd8\xff"):
        return JPEG
    return None

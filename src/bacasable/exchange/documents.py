"""PDF documents, tagged for assistive technology (PDF/UA-1), set by Typst.

A template is a ``.typ`` file of ours. What people wrote reaches it only as data: one JSON text in
``sys.inputs.data``, read with ``json(bytes(sys.inputs.data))``. Typst shows a string as it is, so code in it
stays text. A template sees the files of its own folder only, and no package is ever downloaded.

A template sets the title and the language: ``#set document(title: ...)``, ``#set text(lang: ...)``; PDF/UA-1
refuses to compile without them.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import typst

from bacasable.compliance import clock

_NO_PACKAGES = Path("/nonexistent/no-packages")
#: What a PDF cannot hold, and what reorders the line around it.
_UNSHOWN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_MISSING = re.compile(r'the text (?:contains the disallowed codepoint )?`"(.+?)"`')
_ATTEMPTS = 6


class NotRendered(Exception):
    """A template did not compile; the message names it and says what the compiler said, never the data."""


def render(template: Path, data: dict[str, Any], *, made_at: datetime | None = None) -> bytes:
    """Return the PDF of ``template`` filled with ``data`` (JSON types), dated ``made_at`` (now by default).

    The same template, data and date give the same bytes.

    Raises:
        NotRendered: the template does not compile, or would not be accessible.
    """
    made_at = (made_at or clock.now()).astimezone(UTC)
    data = _shown(data, _UNSHOWN)
    for _attempt in range(_ATTEMPTS):
        try:
            return _compile(template, data, made_at)
        except typst.TypstError as error:
            # PDF/UA-1 wants each character readable; the compiler lists those that its fonts do not have.
            missing = {_character(found) for found in _MISSING.findall(error.diagnostic)}
            if not missing:
                raise NotRendered(f"{template.name}: {error.message}; correct the template") from None
            data = _shown(data, re.compile("|".join(map(re.escape, sorted(missing, key=len, reverse=True)))))
    raise NotRendered(f"{template.name}: it holds characters that its fonts do not have; change its fonts")


def sealed(pdf: bytes, code: str, attached: Mapping[str, bytes]) -> bytes:
    """Return a PDF that opens with ``code`` alone (AES-256, ISO 32000-2), with files attached inside it.

    Any reader of PDF asks for the code; nobody opens it without.
    """
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=BytesIO(pdf))
    for name, content in attached.items():
        writer.add_attachment(name, content)
    writer.encrypt(user_password=code, algorithm="AES-256")
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _compile(template: Path, data: dict[str, Any], made_at: datetime) -> bytes:
    compiler = typst.Compiler(
        input=template,
        root=template.parent,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        package_path=_NO_PACKAGES,
        package_cache_path=_NO_PACKAGES,
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(made_at.timestamp()))
    if not isinstance(made, bytes):
        raise NotRendered(f"{template.name}: the compiler gave no single document; correct the template")
    return made


@cache
def _fonts() -> typst.Fonts:
    # The fonts inside the compiler only: a document looks the same on every machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _shown(value: Any, unshown: re.Pattern[str]) -> Any:
    """Replace what cannot be shown, in every string of ``value``, by the replacement character."""
    if isinstance(value, str):
        return unshown.sub("\ufffd", value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {str(key): _shown(one, unshown) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one, unshown) for one in value]
    return value


def _character(quoted: str) -> str:
    """Return the text that the compiler quotes, its escapes undone."""
    return re.sub(r"\\u\{([0-9a-f]+)\}|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], quoted)

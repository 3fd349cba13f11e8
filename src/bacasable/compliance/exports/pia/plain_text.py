"""HTML written by an editor, as plain text: paragraphs, lists and line ends kept, everything else dropped.

The text is cut into tags and what stands between them, each character read once: the library's parser takes
time that grows with the square of a tag left open.
"""

import html
import re

_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
)
_SILENT = frozenset({"script", "style", "template", "title", "head", "iframe", "object", "svg"})
_PIECE = re.compile(r"<!--|<[a-zA-Z/!?][^<>]*>|[^<]+|<")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed|applet|form|input|button|svg|math|link|meta|base|style)\b"
    r"|[\s\"'/]on[a-z]{3,40}\s*=|(?:javascript|vbscript)\s*:|data\s*:\s*text/html",
    re.IGNORECASE,
)


def from_html(text: str) -> str:
    """Return the text of HTML: items of lists as lines that begin with "- ", at most one empty line."""
    pieces: list[str] = []
    silent = 0
    at = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            break
        found, at = piece[0], piece.end()
        if found == "<!--":
            end = text.find("-->", at)
            at = len(text) if end < 0 else end + 3
        elif found[0] == "<" and len(found) > 1:
            named = _NAME.match(found)
            tag = named[1].lower() if named else ""
            if tag in _SILENT:
                silent = max(0, silent - 1) if found[1] == "/" else silent + (not found.endswith("/>"))
            else:
                pieces.append(_break(tag, closes=found[1] == "/"))
        elif not silent:
            pieces.append(re.sub(r"\s+", " ", html.unescape(found)))
    return "\n".join(_lines("".join(pieces)))


def holds_active_content(text: str) -> bool:
    """Say whether HTML holds what a browser would run or load: a script, a handler, a frame, a form.

    It may say so of harmless text, never the other way round: what is shown is the text alone anyhow.
    """
    if "<" not in text:
        return False
    read = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u200b-\u200f]", "", html.unescape(text))
    return _ACTIVE.search(read) is not None


def _break(tag: str, *, closes: bool) -> str:
    if tag in _BLOCKS or (tag == "br" and not closes):
        return "\n"
    if closes:
        return ""
    return "\n- " if tag == "li" else " " if tag in {"td", "th"} else ""


def _lines(text: str) -> list[str]:
    """Trim lines; join a bare "-" to the line after it; keep one empty line at most, none before an item."""
    kept: list[str] = []
    is_bare = False
    for line in (part.strip() for part in text.split("\n")):
        if is_bare and line:
            line = line if line.startswith("-") else f"- {line}"
            is_bare = False
        if line == "-":
            is_bare = True
            continue
        if line.startswith("- "):
            while kept and not kept[-1]:
                kept.pop()
        if line or (kept and kept[-1] and not is_bare):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept

"""Which forms of a page collect data, and whether the page tells of it (GDPR art. 13 and 14)."""

import re

#: Pages whose forms store nothing about anybody, and why; every other form shows its notice.
WITHOUT_NOTICE = {
    "call:eligibility": "answers are judged and forgotten",
    "call:manage_create": "the text of a call, written by the office about nobody",
    "call:manage_edit": "the text of a call, written by the office about nobody",
    "committee:assignments": "a date for all experts; the form that assigns people has its notice",
    "committee:conference_edit": "when and where a public event is held",
    "committee:scores": "a date for all experts",
    "evidence:file": "a signed measurement: numbers and digests",
    "evidence:send_file": "a signed measurement: numbers and digests",
    "people:staff": "an address to look for, not stored",
    "recommendations:contracts": "what a measurement or a document must show",
    "register:exports": "an assessment that is read and given back, not stored",
    "rights:hand_over": "a way and a code, neither of them stored",
    "synthesis:send_to_project": "a date",
}

_FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
_FIELD = re.compile(
    r"<textarea|<select"
    r'|<input(?=[^>]*name=)(?![^>]*type="(?:hidden|submit|search)")'
)


def lacks_notice(page: str) -> bool:
    """Say whether a page has a form to fill in, and no notice."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return "data-collected" not in main and any(_FIELD.search(form) for form in _FORM.findall(main))

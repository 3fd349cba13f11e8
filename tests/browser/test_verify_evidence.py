"""The reader's browser verifies evidence by itself, and sees what was altered, whatever the server says."""

import base64
import json
import uuid
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from bacasable.compliance.canonical import canonical
from bacasable.programme.evidence.models import StoredEvidence
from tests.factories import evidence as made
from tests.repository.sources import SOURCE

ORIGIN = "https://office.example"
SCRIPT = SOURCE / "programme/static/programme/verify-evidence.js"


def outcome(browser: Any, envelope: bytes, pem: str, **shown: str) -> tuple[str, list[bool]]:
    """Return what the script makes of an envelope and a key, and which of its checks hold, in order."""
    stored = StoredEvidence(
        public_id=uuid.uuid4(),
        service="platform",
        control="files_unreadable_at_rest",
        verdict=shown.get("verdict", "passed"),
        sha256=shown.get("sha256", sha256(envelope).hexdigest()),
    )
    with translation.override("en"):
        block = render_to_string("programme/evidence/_verify.html", {"stored": stored})
    answers = {
        "/": ("text/html", f"<main>{block}</main><script type=module src=/verify.js></script>".encode()),
        "/verify.js": ("text/javascript", SCRIPT.read_bytes()),
        reverse("evidence:download", args=[stored.public_id]): ("application/json", envelope),
        reverse("evidence:key_of", args=[stored.public_id]): ("application/x-pem-file", pem.encode()),
    }
    page = browser.new_page()

    def answer(route: Any) -> None:
        kind, body = answers.get(route.request.url.removeprefix(ORIGIN), ("text/plain", b""))
        route.fulfill(content_type=kind, body=body)

    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/")
    page.locator("button").click()
    page.wait_for_selector("[data-outcome]")
    result, words = page.locator("[data-result]"), page.locator("[data-verify-evidence]")
    said = result.locator("li").all_inner_texts()
    names = ("digest", "signature", "subject", "verdict")
    holds = [words.get_attribute(f"data-{name}-holds") for name in names]
    found = str(result.get_attribute("data-outcome"))
    assert result.get_attribute("role") == "status"
    page.close()
    return found, [one == other for one, other in zip(said, holds, strict=False)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    made.signer(folder)
    return folder


def test_sound_evidence_holds(browser: Any, folder: Path) -> None:
    pem = made.public_pem(folder)
    assert outcome(browser, made.envelope(folder), pem) == ("holds", [True] * 4)
    failed = made.envelope(folder, found=400)
    assert outcome(browser, failed, pem, verdict="failed") == ("holds", [True] * 4)
    void = made.envelope(folder, sabotaged=0)
    assert outcome(browser, void, pem, verdict="void") == ("holds", [True] * 4)


def test_what_was_altered_is_seen(browser: Any, folder: Path, tmp_path: Path) -> None:
    envelope, pem = made.envelope(folder), made.public_pem(folder)
    forged = json.loads(envelope)
    forged["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    assert outcome(browser, canonical(forged), pem) == ("fails", [True, False, True, True])
    changed = json.loads(envelope)
    payload = base64.b64decode(changed["payload"]).replace(b'"n":1024', b'"n":1025')
    changed["payload"] = base64.b64encode(payload).decode()
    assert outcome(browser, canonical(changed), pem) == ("fails", [True, False, True, True])
    assert outcome(browser, envelope, made.public_pem(tmp_path)) == ("fails", [True, False, True, True])
    assert outcome(browser, envelope, pem, sha256="0" * 64) == ("fails", [False, True, True, True])
    assert outcome(browser, envelope, pem, verdict="failed") == ("fails", [True, True, True, False])


def test_a_signer_who_lies_about_the_verdict_is_seen(browser: Any, folder: Path) -> None:
    lie = made.envelope(folder, found=400, verdict="passed")
    assert outcome(browser, lie, made.public_pem(folder)) == ("fails", [True, True, True, False])


def test_what_cannot_be_read_is_said(browser: Any, folder: Path) -> None:
    assert outcome(browser, b"junk", made.public_pem(folder))[0] == "unread"
    assert outcome(browser, made.envelope(folder), "junk")[0] == "unread"

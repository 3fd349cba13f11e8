"""The acknowledgement of a deposit: a tagged PDF that states what arrived and when."""

import io

import pypdf
import pytest

from bacasable.programme.dossiers import files, receipts
from tests.factories import dossiers as made
from tests.factories.call import CallFactory
from tests.factories.files import pdf

pytestmark = pytest.mark.django_db

NASTY = '#panic() *x* $y$ @ref <lab> \\ // /* `raw` = title #import "/etc/passwd" <script>'


def text_of(content: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return "\n".join(page.extract_text() for page in reader.pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def version():
    dossier = made.complete()
    made.write(dossier, "project", title=NASTY)
    dossier.refresh_from_db()
    files.add(dossier=dossier, name="lettre #1.pdf", content=pdf(), by=made.author_of(dossier))
    return made.submit(dossier)


def test_it_states_digests_reference_version_and_both_times(version):
    text = squeezed(text_of(receipts.render(version)))
    at = version.submitted_at
    local = at.astimezone(version.dossier.call.zone)
    for expected in (
        version.digest,
        version.manifest[0]["sha256"],
        version.dossier.reference,
        f"{at:%H:%M:%S}",
        f"{local:%H:%M:%S}",
        "L.112-3",
    ):
        assert squeezed(expected) in text


def test_what_people_wrote_is_shown_and_never_run(version):
    assert squeezed("#panic() *x* $y$ @ref") in squeezed(text_of(receipts.render(version)))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_is_tagged_in_the_language_of_the_call(language):
    dossier = made.submitted(CallFactory(language=language))
    root = pypdf.PdfReader(io.BytesIO(receipts.render(dossier.current_version))).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert "pdfuaid" in root["/Metadata"].get_data().decode()


def test_the_same_version_gives_the_same_bytes(version):
    assert receipts.render(version) == receipts.render(version)


def test_twenty_files_and_long_names_fit(version):
    version.manifest = [
        {**version.manifest[0], "name": f"{'très long nom ' * 10}{number}.pdf"} for number in range(20)
    ]
    assert len(pypdf.PdfReader(io.BytesIO(receipts.render(version))).pages) > 1

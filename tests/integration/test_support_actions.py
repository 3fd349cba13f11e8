"""The acts of a support file: who may, in which state, what is kept and who is told."""

import pytest

from bacasable.programme.support.models import SupportFile
from tests.factories import support

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("track", ["enhanced", "advised"])
def test_the_support_starts_when_both_sides_have_signed(track):
    made = support.active(track)
    assert made.file.state == SupportFile.State.ACTIVE
    assert made.file.starts_on < made.file.ends_on


def test_factories():
    made = support.active(phase="implementation", with_project=True)
    assert made.file.phase == "implementation"
    assert made.file.project
    q = support.question(made, answer="Yes.")
    support.guidance(made, question=q)
    support.milestone(made)
    support.meeting(made, minutes="Said.")
    support.document(made)
    assert support.ended().file.state == "completed"
    assert support.ended("exited").file.state == "exited"

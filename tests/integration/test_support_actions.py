"""The acts of a support file: who may, in which state, what is kept and who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock as platform_clock
from bacasable.people import instance
from bacasable.people.models import JournalEntry, OutgoingMail, RoleGrant
from bacasable.programme.committee import signals as committee_signals
from bacasable.programme.committee.models import Decision, Examination, Outcome, Selection
from bacasable.programme.support import actions, queries
from bacasable.programme.support.models import (
    SupportFile,
)
from tests.factories import dossiers, files, support
from tests.factories.call import CallFactory, SelectedProjectFactory
from tests.factories.people import UserFactory, staff, verified
from tests.factories.support import addresses, refused, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return support.active()


class TestOpening:
    def decide(self, kinds):
        selection = Selection.objects.create(call=CallFactory(closed=True), state="decided")
        officer = verified(staff("officer"))
        president = verified(staff("president"))
        decision = Decision.objects.create(
            selection=selection, decided_by=president, signatory_name="P", signatory_capacity="President"
        )
        outcomes = {}
        for kind in kinds:
            dossier = dossiers.submitted()
            examination = Examination.objects.create(
                dossier=dossier, selection=selection, state="decided", checked_by=officer
            )
            outcomes[kind] = Outcome.objects.create(
                decision=decision, examination=examination, kind=kind, reasons="Because."
            )
        return decision, outcomes, president

    def test_the_notification_opens_the_support_of_the_selected_and_of_the_advised_once(self):
        _decision, outcomes, president = self.decide(["laureate", "advised", "refused"])
        OutgoingMail.objects.all().delete()
        for _twice in range(2):
            for outcome in outcomes.values():
                committee_signals.notified.send(Outcome, outcome=outcome, by=president)
        tracks = {file.dossier_id: file.track for file in SupportFile.objects.all()}
        assert tracks == {
            outcomes["laureate"].examination.dossier_id: "enhanced",
            outcomes["advised"].examination.dossier_id: "advised",
        }
        assert len(told()) == 2

    def test_the_announcement_links_the_public_page(self):
        decision, outcomes, president = self.decide(["laureate", "refused"])
        committee_signals.notified.send(Outcome, outcome=outcomes["laureate"], by=president)
        outcomes["laureate"].project = SelectedProjectFactory()
        outcomes["laureate"].save()
        for _twice in range(2):
            committee_signals.announced.send(Decision, decision=decision, by=president)
        assert SupportFile.objects.get().project == outcomes["laureate"].project
        assert JournalEntry.objects.filter(action="support.project_linked").count() == 1


class TestTeam:
    def test_a_member_reads_the_file_until_they_leave(self):
        made = support.opened()
        assert "team_member" in made.refresh().roles_of(made.lawyer)
        actions.remove_member(member=made.file.team.get(user=made.lawyer), by=made.officer)
        assert "team_member" not in made.refresh().roles_of(made.lawyer)
        actions.add_member(file=made.file, user=made.lawyer, skill="sector", by=made.officer)
        assert made.file.team.get(user=made.lawyer).skill == "sector"
        assert "team_member" in made.refresh().roles_of(made.lawyer)

    def test_there_is_one_lead(self):
        made = support.opened()
        actions.add_member(
            file=made.file, user=made.engineer, skill="technique", is_lead=True, by=made.officer
        )
        assert [m.user for m in made.file.team.filter(is_lead=True)] == [made.engineer]

    def test_an_author_a_stranger_or_an_inspector_cannot_join(self):
        made = support.opened()
        RoleGrant.objects.create(user=made.co_author, role="expert")
        inspector = staff("inspector", "expert")
        for code, user in (
            ("author", made.co_author),
            ("not_staff", UserFactory()),
            ("not_staff", inspector),
        ):
            refused(code, actions.add_member, file=made.file, user=user, skill="law", by=made.officer)

    def test_only_an_officer_of_the_office_composes_it(self):
        made = support.opened()
        newcomer = staff("expert")
        for by in (made.lawyer, made.author):
            with pytest.raises(PermissionDenied):
                actions.add_member(file=made.file, user=newcomer, skill="law", by=by)


class TestAgreement:
    def test_the_support_starts_when_both_sides_have_signed(self):
        made = support.opened("advised")
        actions.write_agreement(file=made.file, content="Terms.", by=made.officer)
        told()
        first = actions.sign_agreement(
            file=made.file, side="project", capacity="Lead", name="A. Author", by=made.author
        )
        assert told() == addresses(made.lawyer, made.engineer)
        assert made.refresh().state == "opened"
        actions.sign_agreement(file=made.file, side="office", capacity="Head", by=made.officer)
        file = made.refresh()
        assert (file.state, first.project_name) == ("active", "A. Author")
        assert file.ends_on.month == (file.starts_on.month + 2) % 12 + 1
        assert told() == addresses(made.author, made.co_author, made.lawyer, made.engineer)

    def test_a_signed_text_does_not_change_and_a_changed_text_is_not_signed(self):
        made = support.opened()
        old = actions.write_agreement(file=made.file, content="Terms.", by=made.officer)
        actions.write_agreement(file=made.file, content="Other terms.", by=made.officer)
        sign = {"file": made.file, "side": "project", "capacity": "Lead", "name": "A", "by": made.author}
        refused("stale", actions.sign_agreement, **sign, seen=old.sha256)
        actions.sign_agreement(**sign)
        refused("signed", actions.write_agreement, file=made.file, content="Again.", by=made.officer)
        refused("signed_already", actions.sign_agreement, **sign)

    def test_nobody_signs_for_the_other_side(self):
        made = support.opened()
        actions.write_agreement(file=made.file, content="Terms.", by=made.officer)
        for side, by in (
            ("office", made.author),
            ("project", made.officer),
            ("project", made.co_author),
            ("office", made.lawyer),
        ):
            with pytest.raises(PermissionDenied):
                actions.sign_agreement(file=made.file, side=side, capacity="X", name="X", by=by)

    def test_an_officer_who_writes_the_dossier_does_not_sign_for_the_office(self):
        made = support.opened()
        RoleGrant.objects.create(user=made.author, role="officer")
        both = verified(type(made.author).objects.get(pk=made.author.pk))
        for act in (
            lambda: actions.write_agreement(file=made.file, content="Terms.", by=both),
            lambda: actions.guide(file=made.file, text="Do.", facts="F.", by=both),
        ):
            with pytest.raises(PermissionDenied):
                act()

    def test_a_pdf_signed_elsewhere_starts_the_support(self):
        made = support.opened()
        refused(
            "not_pdf",
            actions.file_signed_agreement,
            file=made.file,
            name="a.png",
            content=files.png(),
            by=made.officer,
        )
        content = files.pdf()
        actions.file_signed_agreement(file=made.file, name="signed.pdf", content=content, by=made.officer)
        assert made.refresh().state == "active"
        assert b"".join(actions.read_signed_agreement(made.reference, made.author)) == content


class TestChanges:
    def test_an_extension_is_later_and_not_too_far(self, made):
        end = made.file.ends_on
        for code, asked in (("not_later", end), ("too_far", end + timedelta(days=400))):
            refused(code, actions.extend, file=made.file, ends_on=asked, reason="R", by=made.officer)
        actions.extend(file=made.file, ends_on=end + timedelta(days=30), reason="Late data.", by=made.officer)
        change = made.file.changes.get()
        assert (change.previous_ends_on, change.ends_on) == (end, end + timedelta(days=30))

    def test_under_the_ai_act_it_is_asked_thirty_days_before_the_end(self, clock):
        made = support.active(call=CallFactory(regime="ai_act_57"))
        end, asked = made.file.ends_on, made.file.ends_on + timedelta(days=10)
        last = end - timedelta(days=30)
        clock.forward(days=(end - made.file.starts_on).days - 5)
        extend = {"file": made.file, "ends_on": asked, "reason": "R", "by": made.officer}
        refused("too_late", actions.extend, **extend)
        refused("too_late", actions.extend, **extend, asked_on=last + timedelta(days=1))
        refused("asked_on", actions.extend, **extend, asked_on=made.file.starts_on - timedelta(days=1))
        actions.extend(**extend, asked_on=last)
        assert made.refresh().ends_on == asked

    def test_the_days_of_a_suspension_push_the_end_and_nothing_is_written_meanwhile(self, made, clock):
        end, line = made.file.ends_on, support.guidance(made)
        question = support.question(made)
        actions.suspend(file=made.file, reason="A reorganisation.", by=made.officer)
        refused("suspended", actions.ask, file=made.file, kind="legal", body="B", by=made.author)
        refused("suspended", actions.answer, question=question, answer="A", by=made.lawyer)
        refused("suspended", actions.follow, guidance=line, followed="yes", why="", by=made.author)
        refused("suspended", actions.guide, file=made.file, text="T", facts="F", by=made.lawyer)
        clock.forward(days=12)
        assert queries.expected_end(made.refresh()) == end + timedelta(days=12)
        actions.resume(file=made.file, reason="Done.", by=made.officer)
        file = made.refresh()
        assert (file.state, file.ends_on) == ("active", end + timedelta(days=12))
        today = platform_clock.now().astimezone(made.dossier.call.zone).date()
        assert queries.suspended_days(file, list(file.changes.all()), today) == 12

    def test_phases_follow_one_another_and_completion_waits_for_the_last(self, made):
        refused("phase", actions.complete, file=made.file, reason="R", by=made.officer)
        for phase in ("implementation", "synthesis"):
            actions.advance(file=made.file, reason="Done.", by=made.officer)
            assert made.refresh().phase == phase
        refused("last_phase", actions.advance, file=made.file, reason="R", by=made.officer)
        actions.complete(file=made.file, reason="All done.", by=made.officer)
        assert made.refresh().ended_at is not None

    def test_either_side_leaves_early_and_a_co_author_does_not(self):
        for by in ("author", "officer"):
            made = support.active()
            for other in (made.co_author, made.lawyer):
                with pytest.raises(PermissionDenied):
                    actions.exit(file=made.file, reason="R", by=other)
            told()
            actions.exit(file=made.file, reason="The project stops.", by=getattr(made, by))
            change = made.file.changes.get()
            assert (made.refresh().state, change.side) == (
                "exited",
                "project" if by == "author" else "office",
            )
            everyone = {made.author, made.co_author, made.lawyer, made.engineer} - {getattr(made, by)}
            assert told() == addresses(*everyone)

    def test_a_decision_on_an_old_page_is_refused(self, made):
        seen = made.file.revision
        actions.suspend(file=made.file, reason="R", by=made.officer, revision=seen)
        actions.resume(file=made.file, reason="R", by=made.officer)
        refused("stale", actions.suspend, file=made.file, reason="R", by=made.officer, revision=seen)

    @pytest.mark.parametrize("state", ["completed", "exited"])
    def test_a_file_that_is_over_refuses_every_act(self, state):
        made = support.active()
        question, line = support.question(made), support.guidance(made)
        milestone, document = support.milestone(made), support.document(made)
        meeting = support.meeting(made, minutes="M")
        SupportFile.objects.filter(pk=made.file.pk).update(state=state)
        file = made.refresh()
        office, project = made.officer, made.author
        tomorrow = platform_clock.now().date() + timedelta(days=1)
        for act, values in {
            actions.ask: {"file": file, "kind": "legal", "body": "B", "by": project},
            actions.answer: {"question": question, "answer": "A", "by": office},
            actions.guide: {"file": file, "text": "T", "facts": "F", "by": office},
            actions.follow: {"guidance": line, "followed": "yes", "why": "", "by": project},
            actions.add_milestone: {"file": file, "title": "T", "due_on": tomorrow, "by": office},
            actions.finish_milestone: {"milestone": milestone, "by": office},
            actions.drop_milestone: {"milestone": milestone, "reason": "R", "by": office},
            actions.call_meeting: {"file": file, "held_at": platform_clock.now(), "by": office},
            actions.minute: {"meeting": meeting, "present": "P", "minutes": "M", "by": office},
            actions.approve_minutes: {"meeting": meeting, "by": project},
            actions.remark: {"meeting": meeting, "text": "T", "by": project},
            actions.cancel_meeting: {"meeting": meeting, "reason": "R", "by": office},
            actions.add_document: {"file": file, "name": "a.pdf", "content": files.pdf(), "by": project},
            actions.remove_document: {"document": document, "by": project},
            actions.write_agreement: {"file": file, "content": "T", "by": office},
            actions.add_member: {"file": file, "user": staff("expert"), "skill": "law", "by": office},
            actions.remove_member: {"member": file.team.all()[0], "by": office},
            actions.sign_agreement: {"file": file, "side": "project", "capacity": "C", "by": project},
            actions.file_signed_agreement: {
                "file": file,
                "name": "a.pdf",
                "content": files.pdf(),
                "by": office,
            },
        }.items():
            refused("ended", act, **values)
        for act in (actions.advance, actions.suspend, actions.resume, actions.complete, actions.exit):
            refused("state", act, file=file, reason="R", by=office)


def test_mails_hold_a_reference_and_nothing_of_the_content(made):
    from bacasable.exchange.sealing import open_bytes

    told()
    support.question(made)
    mail = OutgoingMail.objects.first()
    key = instance.vault().keyring.unwrap(bytes(mail.data_key))
    text = open_bytes(key, bytes(mail.sealed), f"mail:{mail.public_id}").decode()
    assert made.reference in text
    assert "reuse these data" not in text
    assert made.author.name not in text


def test_nobody_behind_the_inspection_wall_is_told(made):
    RoleGrant.objects.create(user=made.co_author, role="inspector")
    RoleGrant.objects.create(user=made.engineer, role="inspector")
    told()
    actions.advance(file=made.file, reason="R", by=made.officer)
    assert told() == addresses(made.author, made.lawyer)
    assert not queries.of_person(made.co_author).exists()

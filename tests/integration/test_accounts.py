"""The administrator manages accounts and roles, sees no dossier, and cannot lock everybody out."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bacasable.people import actions, links, second_factor, sessions
from bacasable.people.models import JournalEntry, OneTimeLink, OutgoingMail, RoleGrant, User
from tests.factories import dossiers
from tests.factories.people import UserFactory, sign_in, staff
from tests.integration.test_staff_sign_in import PASSWORD, code_of, give_password, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return staff("administrator", email="admin@example.org")


@pytest.fixture
def desk(client, administrator) -> Client:
    return sign_in(client, administrator)


def change(client: Client, user: User, verb: str, **data: str):
    return client.post(reverse("people:staff_change", args=[user.public_id, verb]), data)


def test_a_new_colleague_sets_up_an_account_from_the_link_and_signs_in(desk):
    page = desk.post(
        reverse("people:staff_new"),
        {"email": "New@Example.org", "name": "Colleague", "roles": ["officer"]},
    )
    assert page.status_code == 200
    assert OutgoingMail.objects.filter(to="new@example.org").count() == 1
    path = urlsplit(re.search(r"http[^<\s]+/link/[^<\s]+", page.content.decode()).group()).path
    browser = Client()
    assert browser.get(path).status_code == 200
    assert browser.post(path)["Location"] == reverse("people:enrol")
    assert "_auth_user_id" not in browser.session
    user = User.objects.get(email="new@example.org")
    assert browser.get(reverse("people:enrol")).status_code == 200
    form = {"new_password": PASSWORD, "repeat_password": PASSWORD, "code": "000000"}
    assert browser.post(reverse("people:enrol"), form).status_code == 200
    assert not User.objects.get(pk=user.pk).has_usable_password()
    with time_machine.travel(time.time() + 60):  # the authenticator rests a while after a wrong code
        done = browser.post(reverse("people:enrol"), form | {"code": code_of(user, confirmed=False)})
    codes = re.findall(r">([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})<", done.content.decode())
    assert len(codes) == second_factor.RECOVERY_CODES
    assert browser.get("/account/").status_code == 200
    assert give_password(Client(), "new@example.org").status_code == 302


@pytest.mark.parametrize("password", ["short", "123456789012345", "password1234", "newcolleague"])
def test_weak_passwords_are_refused(password):
    user = staff("officer", email="newcolleague@example.org")
    path = urlsplit(links.issue(email=user.email, purpose="enrol")).path
    browser = Client()
    browser.post(path)
    page = browser.post(
        reverse("people:enrol"),
        {"new_password": password, "repeat_password": password, "code": code_of_new(browser, user)},
    )
    assert page.status_code == 200
    assert not User.objects.get(pk=user.pk).has_usable_password()


def code_of_new(browser: Client, user: User) -> str:
    browser.get(reverse("people:enrol"))
    return code_of(user, confirmed=False)


def test_the_page_of_setting_up_is_closed_without_its_link(client):
    assert client.get(reverse("people:enrol")).status_code == 410
    assert client.post(reverse("people:enrol"), {"code": "1"}).status_code == 410


def test_a_newer_enrolment_link_replaces_the_former(administrator):
    user = staff("officer")
    first = urlsplit(actions.send_enrolment(user=user, by=administrator)).path
    second = urlsplit(actions.send_enrolment(user=user, by=administrator)).path
    assert Client().post(first).status_code == 410
    assert Client().post(second).status_code == 302


def test_roles_are_given_and_taken_back_and_journalled(desk):
    user = staff("officer")
    change(desk, user, "grant", role="administrator")
    assert set(user.grants.values_list("role", flat=True)) == {"officer", "administrator"}
    change(desk, user, "revoke", role="officer")
    assert set(user.grants.values_list("role", flat=True)) == {"administrator"}
    acts = JournalEntry.objects.filter(subject=f"user:{user.public_id}").values_list("action", "facts__role")
    assert list(acts) == [("people.role_granted", "administrator"), ("people.role_revoked", "officer")]


@pytest.mark.parametrize("role", ["candidate", "public", "member", "root", ""])
def test_only_roles_that_are_granted_can_be_given(desk, role):
    user = staff("officer")
    change(desk, user, "grant", role=role)
    assert list(user.grants.values_list("role", flat=True)) == ["officer"]


def test_the_last_administrator_stays(desk, administrator):
    change(desk, administrator, "revoke", role="administrator")
    sign_in(desk, administrator)
    change(desk, administrator, "deactivate")
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.grants.filter(role="administrator").exists()


def test_a_deactivated_administrator_does_not_count_as_one(administrator):
    other = staff("administrator", is_active=False)
    with pytest.raises(actions.Refused):
        actions.revoke_role(user=administrator, role="administrator", by=administrator)
    actions.activate(user=other, by=administrator)
    actions.revoke_role(user=administrator, role="administrator", by=other)


def test_resetting_forgets_password_and_authenticator_and_mails_a_link(desk):
    user = staff("officer")
    set_up(user)
    change(desk, user, "reset")
    assert not second_factor.is_set_up(user)
    assert not User.objects.get(pk=user.pk).has_usable_password()
    assert OneTimeLink.objects.filter(email=user.email, purpose="enrol").count() == 1


def test_candidates_are_found_by_exact_address_only(desk):
    candidate = UserFactory(email="candidate@example.org", name="A Candidate")
    assert "A Candidate" not in desk.get(reverse("people:staff")).content.decode()
    page = desk.post(reverse("people:staff"), {"email": "candidate@example"})
    assert page.status_code == 200
    found = desk.post(reverse("people:staff"), {"email": "Candidate@example.org"})
    assert found["Location"] == reverse("people:staff_account", args=[candidate.public_id])
    assert "candidate" not in found["Location"]


@pytest.mark.parametrize("role", ["officer", None])
def test_nobody_else_manages_accounts(client, role, administrator):
    user = staff(role) if role else UserFactory()
    sign_in(client, user)
    assert client.get(reverse("people:staff")).status_code == 403
    assert change(client, user, "grant", role="administrator").status_code == 403
    assert not RoleGrant.objects.filter(user=user, role="administrator").exists()


def test_the_list_makes_as_many_queries_for_many_accounts(desk, django_assert_max_num_queries):
    for _ in range(30):
        staff("officer", "administrator")
    with django_assert_max_num_queries(12):
        assert desk.get(reverse("people:staff")).status_code == 200


def test_a_sensitive_page_asks_again_after_a_quarter_of_an_hour_and_comes_back(client, administrator):
    set_up(administrator)
    with time_machine.travel(time.time()) as traveller:
        sign_in(client, administrator)
        traveller.shift(16 * 60)
        asked = client.get(reverse("people:staff_new"))
        assert urlsplit(asked["Location"]).path == reverse("people:again")
        wrong = client.post(asked["Location"], {"password": "wrong", "code": code_of(administrator)})
        assert wrong.status_code == 200
        back = client.post(asked["Location"], {"password": PASSWORD, "code": code_of(administrator)})
        assert back["Location"] == reverse("people:staff_new")
        assert client.get(back["Location"]).status_code == 200


def test_a_form_sent_too_late_is_kept_while_one_proves_who_one_is(client, administrator):
    set_up(administrator)
    with time_machine.travel(time.time()) as traveller:
        sign_in(client, administrator)
        traveller.shift(16 * 60)
        typed = {
            "email": "kept@example.org",
            "name": 'Kept "quoted" <b>',
            "roles": ["officer", "administrator"],
        }
        asked = client.post(reverse("people:staff_new"), typed)
        assert not User.objects.filter(email="kept@example.org").exists()
        back = client.post(asked["Location"], {"password": PASSWORD, "code": code_of(administrator)})
        page = client.get(back["Location"])
        fields = [(name, value) for name, value in page.context["fields"]]
        assert fields == [
            ("email", "kept@example.org"),
            ("name", 'Kept "quoted" <b>'),
            ("roles", "officer"),
            ("roles", "administrator"),
        ]
        assert "<b>" not in page.content.decode()
        assert page.context["path"] == reverse("people:staff_new")
        assert client.post(page.context["path"], typed).status_code == 200
        assert User.objects.filter(email="kept@example.org").exists()
        again = client.get(reverse("people:again_continue"))
        assert again.status_code == 302  # shown once


def test_no_password_is_ever_kept(client, administrator):
    set_up(administrator)
    with time_machine.travel(time.time()) as traveller:
        sign_in(client, administrator)
        traveller.shift(16 * 60)
        client.post(reverse("people:password"), {"new_password": "abcdefgh-1234", "repeat_password": "x"})
        assert "abcdefgh-1234" not in str(dict(client.session.items()))


def test_a_lost_second_factor_leaves_no_way_in(client, administrator):
    set_up(administrator)
    second_factor.forget(administrator)
    assert give_password(client, administrator.email).status_code == 200
    assert "_auth_user_id" not in client.session


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(client, administrator):
    set_up(administrator)
    other = sign_in(Client(), administrator)
    sign_in(client, administrator)
    new = "another-long-secret"
    done = client.post(reverse("people:password"), {"new_password": new, "repeat_password": new})
    assert done.status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert give_password(Client(), administrator.email, new).status_code == 302


def test_one_changes_ones_name_and_language(client):
    user = UserFactory(language="fr")
    sign_in(client, user)
    client.post("/account/", {"name": "New name", "language": "en"})
    user.refresh_from_db()
    assert (user.name, user.language) == ("New name", "en")
    assert client.post("/account/", {"name": "x", "language": "xx"}).status_code == 200


def test_a_candidate_reaches_no_page_of_passwords(client):
    sign_in(client, UserFactory())
    for name in ("password", "authenticator", "recovery_codes", "again"):
        assert client.get(reverse(f"people:{name}")).status_code == 403


def test_the_page_asked_for_again_stays_on_the_site(client, administrator):
    set_up(administrator)
    sign_in(client, administrator)
    answer = client.post(
        reverse("people:again") + "?next=https://evil.example/",
        {"password": PASSWORD, "code": code_of(administrator)},
    )
    assert parse_qs(urlsplit(answer["Location"]).query) == {}
    assert urlsplit(answer["Location"]).netloc == ""


def test_the_demo_asks_nobody_again(client, administrator):
    sign_in(client, administrator, sessions.DEMO)
    session = client.session
    session["people.proved_at"] = 0.0
    session.save()
    assert client.get(reverse("people:staff_new")).status_code == 200


@pytest.mark.parametrize("role", ["officer", "expert", "president", "editor", "administrator"])
def test_an_inspector_holds_no_other_role(desk, role):
    for first, second in (("inspector", role), (role, "inspector")):
        user = staff(first)
        change(desk, user, "grant", role=second)
        assert list(user.grants.values_list("role", flat=True)) == [first]


def test_an_inspector_is_made_of_a_former_officer_once_the_role_is_taken_back(desk):
    user = staff("officer")
    change(desk, user, "revoke", role="officer")
    change(desk, user, "grant", role="inspector")
    assert list(user.grants.values_list("role", flat=True)) == ["inspector"]


def test_nobody_is_made_inspector_and_something_else_at_once(desk):
    page = desk.post(
        reverse("people:staff_new"),
        {"email": "both@example.org", "name": "Both", "roles": ["officer", "inspector"]},
    )
    assert page.status_code == 200
    assert not User.objects.filter(email="both@example.org").exists()


def test_who_writes_a_dossier_is_not_made_inspector(administrator):
    dossier = dossiers.draft()
    author = dossiers.author_of(dossier)
    with pytest.raises(actions.Refused, match=dossier.reference):
        actions.grant_role(user=author, role="inspector", by=administrator)
    actions.grant_role(user=author, role="expert", by=administrator)
    assert list(author.grants.values_list("role", flat=True)) == ["expert"]


def test_every_role_says_what_its_holder_does(desk):
    user = staff("officer")
    page = desk.get(reverse("people:staff_account", args=[user.public_id])).content.decode()
    form = desk.get(reverse("people:staff_new")).content.decode()
    for role in ("expert", "president", "editor", "administrator"):
        assert f'id="about-{role}"' in page
        assert f'value="{role}"' in form

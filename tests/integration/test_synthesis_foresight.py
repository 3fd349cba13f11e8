"""A foresight card for each published project: none is sent or published without one, none loses it."""

import pytest
from django.urls import reverse

from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.synthesis import actions
from bacasable.programme.synthesis.actions.composing import CARD
from bacasable.programme.synthesis.models import ForesightCard, Synthesis
from tests.factories import synthesis as factory
from tests.factories.people import sign_in, staff, verified

pytestmark = pytest.mark.django_db


def empty(synthesis: Synthesis, *parts: str) -> None:
    ForesightCard.objects.filter(synthesis=synthesis).update(**dict.fromkeys(parts, " "))


def code_of(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return str(refused.value.code)


@pytest.mark.parametrize("parts", [CARD, ("horizon",)])
def test_nothing_is_sent_or_published_without_a_complete_card(client, parts):
    synthesis = factory.composed()
    empty(synthesis, *parts)
    assert code_of(lambda: factory.sent(synthesis)) == "no_foresight"
    sign_in(client, staff("editor"))
    page = client.get(reverse("synthesis:send_to_project", args=[synthesis.public_id])).content.decode()
    assert reverse("synthesis:foresight", args=[synthesis.public_id]) in page


def test_what_the_project_had_before_is_not_published_without_it_either(client):
    synthesis = factory.sent()
    editor = verified(synthesis.created_by)
    actions.agree(synthesis=synthesis, by=factory.author_of(synthesis))
    ForesightCard.objects.filter(synthesis=synthesis).delete()
    assert code_of(lambda: actions.publish(synthesis=synthesis, by=editor)) == "no_foresight"
    sign_in(client, staff("editor"))
    for page in ("publish", "compose"):
        answer = client.get(reverse(f"synthesis:{page}", args=[synthesis.public_id]))
        assert answer.context["hindrance"]["code"] == "no_foresight"
        assert f'href="{answer.context["hindrance"]["href"]}"' in answer.content.decode()


@pytest.mark.parametrize("parts", [CARD, ("signal",)])
def test_an_erratum_changes_the_card_but_does_not_empty_it(parts):
    first = factory.published()
    editor = verified(first.by)

    def correct(**changed):
        card = first.content["foresight"] | changed
        return actions.correct(
            synthesis=first.synthesis, changes={"foresight": card}, reason="A word.", by=editor
        )

    assert code_of(lambda: correct(**dict.fromkeys(parts, " "))) == "empty"
    assert correct(horizon="Another one.").content["foresight"]["horizon"] == "Another one."


def test_the_erratums_page_says_what_stays_public_of_a_recommendation(client):
    first = factory.published()
    sign_in(client, staff("editor"))
    form = client.get(reverse("synthesis:correct", args=[first.synthesis.public_id])).context["form"]
    carriers = {one["passage"] for one in first.content["recommendations"]}
    said = {one["id"]: form.fields[f"body-{one['id']}"].help_text for one in first.content["passages"]}
    plain = {text for identifier, text in said.items() if identifier not in carriers}
    warned = {text for identifier, text in said.items() if identifier in carriers}
    assert carriers and len(plain) == len(warned) == 1 and plain != warned

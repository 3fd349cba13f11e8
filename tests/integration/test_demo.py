"""The demonstration as its visitor starts it: what it refuses, what it loads, what it keeps."""

import json
import shutil
from pathlib import Path

import pytest

from tests.installation import Installation


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    loaded = Installation(tmp_path_factory.mktemp("demo") / "home")
    loaded.run("demo", "--load-only")
    return loaded


def test_a_database_with_real_people_is_refused_and_left_alone(tmp_path: Path) -> None:
    real = Installation(tmp_path / "home")
    real.initialised("--administrator", "someone@office.example")
    before = real.python("from bacasable.people.models import User; print(User.objects.count())")
    refused = real.run("demo", "--load-only", check=False)
    assert refused.returncode == 1
    assert "--home" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert real.python("from bacasable.people.models import User; print(User.objects.count())") == before


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "office.example"])  # noqa: S104
def test_a_host_that_others_reach_needs_a_flag(tmp_path: Path, host: str) -> None:
    refused = Installation(tmp_path / "home").run("demo", "--host", host, "--load-only", check=False)
    assert refused.returncode == 1
    assert "--allow-remote" in refused.stderr
    assert not (tmp_path / "home").exists()


def test_reset_removes_a_demonstration_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.odt").write_text("ten years of work")
    refused = Installation(tmp_path / "home").run("demo", "--reset", "--load-only", check=False)
    assert refused.returncode == 1
    assert (tmp_path / "home" / "thesis.odt").exists()


def test_it_tells_the_real_call_and_candidacies_in_every_state(demo: Installation) -> None:
    told = json.loads(
        demo.python(
            "import json\n"
            "from collections import Counter\n"
            "from bacasable.programme.models import Call, Dossier, MissingPartsRequest, Version\n"
            "real = Call.objects.get(is_historical=True)\n"
            "print(json.dumps({\n"
            "  'real': [real.state, real.criteria_are_published, real.contact_is_live, real.is_fictional],\n"
            "  'tracks': Counter(real.projects.values_list('track', flat=True)),\n"
            "  'unknown': real.projects.filter(name='').count(),\n"
            "  'marks': Counter(real.projects.values_list('mark', flat=True)),\n"
            "  'states': Counter(Dossier.objects.filter(call__slug='guichets-2030')"
            ".values_list('state', flat=True)),\n"
            "  'twice': Version.objects.filter(number=2).count(),\n"
            "  'asked': MissingPartsRequest.objects.count(),\n"
            "  'not fictional': Dossier.objects.filter(is_fictional=False).count(),\n"
            "}))"
        )
    )
    assert told["real"] == ["decided", False, False, False]
    assert told["tracks"] == {"laureate": 4, "advised": 4}
    assert told["unknown"] == 1
    assert told["marks"] == {"S": 8}
    assert set(told["states"]) == {"draft", "submitted", "withdrawn"}
    assert sum(told["states"].values()) == 20
    assert told["twice"] and told["asked"]
    assert told["not fictional"] == 0


def test_it_tells_each_stage_of_an_edition(demo: Installation) -> None:
    told = json.loads(
        demo.python(
            "import json\n"
            "from collections import Counter\n"
            "from bacasable.programme.models import *\n"
            "from bacasable.programme.recommendations.models import Recommendation\n"
            "def counted(rows, name): return Counter(rows.values_list(name, flat=True))\n"
            "reported = Recommendation.objects.filter(origin='reported')\n"
            "after = Recommendation.objects.filter(origin='after')\n"
            "print(json.dumps({\n"
            "  'selections': dict(Selection.objects.values_list('call__slug', 'state')),\n"
            "  'supports': counted(SupportFile.objects, 'state'),\n"
            "  'recommendations': counted(Recommendation.objects.filter(origin='project'), 'state'),\n"
            "  'failures': Recommendation.objects.exclude(failure=None).count(),\n"
            "  'syntheses': counted(Synthesis.objects, 'state'),\n"
            "  'errata': Publication.objects.filter(number__gt=1).count(),\n"
            "  'reported': [reported.count(), *counted(reported, 'mark')],\n"
            "  'after': [after.count(), after.filter(after=None).count(),"
            " after.exclude(project=None).count()],\n"
            "  'closed': after.exclude(contracts__closed_by=None).count(),\n"
            "  'jurisdictions': sorted(set(Call.objects.values_list('jurisdiction', flat=True))),\n"
            "  'ours': Criterion.objects.filter(call__jurisdiction='lu', weight_is_ours=False).count(),\n"
            "}))"
        )
    )
    assert told["selections"] == {"mobilites-2029": "scoring", "accueils-2028": "published"}
    assert told["supports"] == {"active": 1, "completed": 2}
    assert set(told["recommendations"]) == {"closed", "in_progress", "to_remeasure"}
    assert told["failures"] == 1
    assert told["syntheses"] == {"published": 1, "with_project": 1}
    assert told["errata"] == 1
    assert told["reported"] == [7, "S"]
    # four of them, to the water service, follow none: none to the original could be read
    assert told["after"] == [14, 4, 0], "the office's own recommendations are tied to no body named"
    assert told["closed"] == 0
    assert told["jurisdictions"] == ["fr", "lu"]
    assert told["ours"] == 0


def test_every_measurement_it_invents_says_so(demo: Installation) -> None:
    titles = json.loads(
        demo.python(
            "import json\n"
            "from bacasable.programme.evidence.readings import read\n"
            "from bacasable.programme.models import StoredEvidence\n"
            "print(json.dumps([[one.service, read(one).evidence.run.title] "
            "for one in StoredEvidence.objects.exclude(service='platform')]))"
        )
    )
    assert len(titles) == 7
    assert all("inventée" in title for _service, title in titles)


def test_every_address_it_holds_is_one_that_cannot_exist(demo: Installation) -> None:
    addresses = json.loads(
        demo.python(
            "import json\n"
            "from bacasable.people.models import User\n"
            "from bacasable.programme.models import Call\n"
            "print(json.dumps([*User.objects.values_list('email', flat=True),\n"
            "  *Call.objects.exclude(contact_address='').values_list('contact_address', flat=True)]))"
        )
    )
    assert addresses
    assert not [address for address in addresses if not address.endswith(".example")]


def test_its_journal_holds_and_a_second_start_keeps_its_data(demo: Installation) -> None:
    demo.run("journal", "verify")
    count = "from bacasable.people.models import JournalEntry; print(JournalEntry.objects.count())"
    before = demo.python(count)
    again = demo.run("demo", "--load-only")
    assert "Loading" not in again.stdout
    assert demo.python(count) == before


def test_the_worker_is_asked_for_each_promise_and_keeps_the_platform_s(demo: Installation) -> None:
    told = json.loads(
        demo.python(
            "import json\n"
            "from django_tasks_db.models import DBTaskResult\n"
            "from bacasable.demo.tasks import measure\n"
            "from bacasable.duties.register.queries import entries, promises\n"
            "def states(): return {entry.service.key: sorted({one.state for one in promises(entry)})\n"
            "                      for entry in entries() if promises(entry)}\n"
            "asked = DBTaskResult.objects.filter(task_path='bacasable.demo.tasks.measure')\n"
            "queued = sorted(one.args_kwargs['args'][0] for one in asked)\n"
            "before = states()\n"
            "measure.call('platform')\n"
            "print(json.dumps([queued, before, states()]))"
        ).splitlines()[-1]
    )
    queued, before, after = told
    assert queued == sorted(before)
    assert {state for states in before.values() for state in states} == {"never"}
    assert after == before | {"platform": ["kept"]}


ASSISTANT = """
import json
from bacasable.compliance import checking
from bacasable.compliance.catalogue import catalogue
from bacasable.people.instance import configuration
from bacasable.portal.commands.check import file
from bacasable.programme.recommendations.actions import send_back_stale
from bacasable.programme.recommendations.models import Recommendation
sent_back = send_back_stale()
controls = "personal_data_reaching_the_model", "sensitive_hints_alerted", "prompts_from_templates_only"
done = [
    checking.check(catalogue()["assistant"], configuration().home, seed=3, only=control)[0]
    for control in (controls if sys.argv[1] == "measure" else ())
]
file([one.envelope for one in done])
ours = Recommendation.objects.filter(key__startswith="demo-assistant")
print(json.dumps({
    "sent back": sent_back,
    "verdicts": [one.run.verdict for one in done],
    "states": [one.state for one in ours],
    "failures": sum(one.failure is not None for one in ours),
    "why": sorted({why for one in ours for why in one.exchanges.filter(verb="remeasure")
                   .values_list("reason_key", flat=True)}),
}))
"""


def test_without_its_shield_the_assistant_is_measured_again_and_fails(
    demo: Installation, tmp_path: Path
) -> None:
    shutil.copytree(demo.home, tmp_path / "home")
    shielded = Installation(tmp_path / "home")
    bare = Installation(tmp_path / "home", environment={"BACASABLE_ASSISTANT_SHIELD": "false"})

    def told(where: Installation, act: str) -> dict[str, object]:
        return dict(json.loads(where.python(ASSISTANT, act).splitlines()[-1]))

    closed = told(shielded, "measure")
    assert closed["verdicts"] == ["passed"] * 3
    assert closed["states"] == ["closed"] * 3
    sent_back = told(bare, "look")
    assert (sent_back["sent back"], sent_back["why"]) == (3, ["changed"])
    assert sent_back["states"] == ["to_remeasure"] * 3
    failed = told(bare, "measure")
    assert failed["verdicts"] == ["failed"] * 3
    assert (failed["states"], failed["failures"]) == (["to_remeasure"] * 3, 3)

"""Services come from real distributions; one that cannot be taken in stops the start, by its name."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

RIGHT = """
    from bacasable.compliance.processing import *
    from bacasable.compliance.service import Permission, Role, Service

    PROCESSING = Processing(
        service="weather", title="Weather", controller=Controller("a city", dpo=Contact("its officer")),
        persons={"reader": "readers"},
        purposes=(Purpose("forecast", "forecast", LawfulBasis.CONSENT),),
        data=(DataField("places", "places", "location", ("reader",), ("forecast",),
              Retention("places", "places", "the request", current=Period(days=1)), ("places.csv",)),),
        dpia=Dpia(criteria=(), reason="none of the nine"),
        oversight=Oversight("nobody", "none", "none"), ai_act=AiActProfile(uses_ai=False),
    )
    SERVICE = Service(key="weather", processing="weather_plugin:PROCESSING")
"""


def install(folder: Path, source: str, *, name: str = "weather", module: str = "weather_plugin") -> None:
    """Lay a distribution as an installer does: the module, its metadata, its entry point."""
    (folder / f"{module}.py").write_text(textwrap.dedent(source))
    info = folder / f"bacasable_{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: bacasable-{name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[bacasable.services]\n{name} = {module}:SERVICE\n")


def load(folder: Path, without: str = "", deployment: str = "demo") -> subprocess.CompletedProcess[str]:
    """Load the catalogue in a fresh process that sees the plugin."""
    code = "from bacasable.compliance.catalogue import catalogue; print(*catalogue())"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "PYTHONPATH": str(folder),
            "BACASABLE_WITHOUT": without,
            "BACASABLE_DEPLOYMENT": deployment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_service_of_another_distribution_enters_by_the_same_door(tmp_path: Path) -> None:
    install(tmp_path, RIGHT)
    assert load(tmp_path).stdout.split() == [
        "assistant",
        "depth_events",
        "job_advice",
        "platform",
        "water_use",
        "weather",
    ]


def test_a_service_runs_where_a_controller_runs_its_services_without_the_programme(tmp_path: Path) -> None:
    install(tmp_path, RIGHT)
    assert load(tmp_path, deployment="service").stdout.split() == [
        "assistant",
        "depth_events",
        "instance",
        "job_advice",
        "water_use",
        "weather",
    ]


def test_code_of_others_is_not_even_imported_where_dossiers_are(tmp_path: Path) -> None:
    install(tmp_path, "print('imported')")
    refused = load(tmp_path, deployment="authority")
    assert refused.returncode != 0
    assert "imported" not in refused.stdout
    assert "'weather' comes from bacasable-weather 1.2: code of others does not run" in refused.stderr
    assert load(tmp_path, without="weather", deployment="authority").stdout.split() == ["platform"]


@pytest.mark.parametrize("told", ["Authority", "service ", "production"])
def test_a_deployment_that_is_none_is_taken_for_an_authority(tmp_path: Path, told: str) -> None:
    install(tmp_path, "print('imported')")
    refused = load(tmp_path, deployment=told)
    assert refused.returncode != 0
    assert "imported" not in refused.stdout


@pytest.mark.parametrize("told", ["service", "demo"])
def test_the_environment_makes_nothing_else_of_an_authority(
    tmp_path: Path, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "print('imported')")
    (tmp_path / "bacasable.env").write_text("BACASABLE_DEPLOYMENT=authority\n")
    monkeypatch.setenv("BACASABLE_HOME", str(tmp_path))
    refused = load(tmp_path, deployment=told)
    assert refused.returncode != 0
    assert "imported" not in refused.stdout
    code = "from bacasable.portal import settings"
    monkeypatch.setenv("BACASABLE_DEPLOYMENT", told)
    start = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"this home is of a deployment 'authority', and BACASABLE_DEPLOYMENT says '{told}'" in start.stderr


@pytest.mark.parametrize("called", ["bacasable", "Bacasable", "BACASABLE"])
def test_a_distribution_that_calls_itself_as_ours_does_is_a_stranger(tmp_path: Path, called: str) -> None:
    install(tmp_path, "print('imported')")
    metadata = tmp_path / "bacasable_weather-1.2.dist-info" / "METADATA"
    metadata.write_text(f"Metadata-Version: 2.1\nName: {called}\nVersion: 1.2\n")
    refused = load(tmp_path, deployment="authority")
    assert refused.returncode != 0
    assert "imported" not in refused.stdout
    assert f"'weather' comes from {called} 1.2" in refused.stderr


def test_the_deployment_is_read_from_the_installation_where_the_environment_is_silent(tmp_path: Path) -> None:
    (tmp_path / "bacasable.env").write_text("# ours\nBACASABLE_DEPLOYMENT=service\n")
    code = "from bacasable.compliance.deployment import deployment; print(deployment())"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BACASABLE_")}
    for home, expected in ((tmp_path, "service"), (tmp_path / "none", "authority")):
        said = subprocess.check_output(
            [sys.executable, "-c", code], env={**environment, "BACASABLE_HOME": str(home)}, text=True
        )
        assert said.strip() == expected


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise RuntimeError('no forecast today')", "fails while loading: RuntimeError: no forecast today"),
        ("import no_such_module", "fails while loading: ModuleNotFoundError"),
        ("SERVICE = 'weather'", "is a str, not a Service"),
        (
            RIGHT.replace("LawfulBasis.CONSENT", "None"),
            "its declaration is refused: weather: purpose 'forecast' has no lawful basis",
        ),
        (
            RIGHT.replace('key="weather"', 'key="platform"'),
            "declares service 'weather', not 'platform'",
        ),
        (
            RIGHT.replace('key="weather"', 'key="platform"').replace(
                'service="weather"', 'service="platform"'
            ),
            "its key 'platform' is already that of service 'platform'",
        ),
        (
            RIGHT.replace(
                'PROCESSING")',
                'PROCESSING", permissions=(Permission("weather.read", "read", ("forecaster",)),))',
            ),
            "weather: permission 'weather.read' names unknown role 'forecaster'",
        ),
        (
            RIGHT.replace('PROCESSING")', 'PROCESSING", roles=(Role("officer", "another"),))'),
            "role 'officer' is not the one of 'platform'",
        ),
        (
            RIGHT.replace('PROCESSING")', 'PROCESSING", permissions=(Permission("call.read", "read", ()),))'),
            "permission 'call.read' is already in the table of 'platform'",
        ),
    ],
)
def test_a_service_that_cannot_be_taken_in_stops_the_start(tmp_path: Path, source: str, said: str) -> None:
    install(tmp_path, source)
    loaded = load(tmp_path)
    assert loaded.returncode != 0
    assert said in loaded.stderr
    expected = ["assistant", "depth_events", "job_advice", "platform", "water_use"]
    assert load(tmp_path, without="weather").stdout.split() == expected


def test_the_refusal_names_the_distribution_and_the_way_to_start_without_it(tmp_path: Path) -> None:
    install(tmp_path, "raise RuntimeError('no forecast today')")
    said = load(tmp_path).stderr
    assert "service 'weather' (weather_plugin:SERVICE, from bacasable-weather 1.2)" in said
    assert "--without weather" in said


def test_all_services_in_trouble_are_named_at_once(tmp_path: Path) -> None:
    install(tmp_path, "raise RuntimeError('no forecast today')")
    install(tmp_path, "raise RuntimeError('no tide today')", name="tides", module="tides_plugin")
    said = load(tmp_path).stderr
    assert "no forecast today" in said
    assert "no tide today" in said

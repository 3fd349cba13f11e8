"""Charts: the drawing holds what the table says, whatever the figures."""

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from bacasable.ui.charts import BarChart, LineChart, Threshold, Value, ticks

numbers = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3))


@given(numbers, numbers)
def test_ticks_cover_what_is_shown_and_stay_few(one: float, other: float) -> None:
    low, high = min(one, other, 0.0), max(one, other, 0.0)
    marks = ticks(low, high)
    assert marks == sorted(set(marks))
    assert 2 <= len(marks) <= 12
    assert marks[0] <= low + 1e-6 * (high - low)
    assert marks[-1] >= high - 1e-6 * (high - low)


@pytest.mark.parametrize("chart", [BarChart, LineChart])
@given(values=st.lists(numbers, min_size=1, max_size=30), threshold=numbers)
def test_drawing_is_well_formed_and_stays_inside(chart, values: list[float], threshold: float) -> None:
    drawn = chart(
        id="c",
        title="A < B & C",
        values=[Value(f"<{i}>", number, number - 1, number + 1) for i, number in enumerate(values)],
        threshold=Threshold(threshold, "limit"),
    )
    tree = ElementTree.fromstring(drawn.svg())
    _x, _y, width, height = map(float, tree.get("viewBox").split())
    for element in tree.iter():
        for name in {"x", "x1", "x2", "cx", "y1", "y2", "cy"} & set(element.keys()):
            most = width if "x" in name else height
            assert -12 <= float(element.get(name)) <= most + 12, (element.tag, name)
    assert "style" not in drawn.svg()
    assert len(drawn.rows) == len(values) + 1


def test_table_holds_intervals_only_where_known() -> None:
    plain = BarChart(id="c", title="t", values=[Value("a", 1)])
    assert [column["key"] for column in plain.columns] == ["label", "value"]
    known = BarChart(id="c", title="t", values=[Value("a", 1, high=2), Value("b", 1)])
    assert known.rows[0]["interval"]
    assert known.rows[1]["interval"] == ""


def test_impossible_figures_are_refused() -> None:
    for wrong in [(float("nan"), None, None), (1, 2, 3), (1, 0, 0.5)]:
        with pytest.raises(ValueError, match="chart value"):
            Value("a", *wrong)
    with pytest.raises(ValueError, match="no values"):
        LineChart(id="c", title="t", values=[])


def test_what_chance_gives_is_written_clear_of_the_runs_and_of_their_dates() -> None:
    values = [Value(f"0{month}/04/2026", 0.1, 0, 0.4) for month in range(1, 5)]
    low = LineChart(id="c", title="t", values=values, reference=Threshold(0, "chance alone"))
    high = LineChart(id="c", title="t", values=values, reference=Threshold(0.3, "chance alone"))
    for drawn, clear in ((low, True), (high, False)):
        places = {
            element.get("class").split()[0]: float(element.get("y"))
            for element in ElementTree.fromstring(drawn.svg()).iter()
            if element.tag.endswith("text")
        }
        assert (places["bac-chart-reference-label"] > places["bac-chart-tick"] + 14) == clear

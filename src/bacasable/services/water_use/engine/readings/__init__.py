"""Readings from files of others: CSV and Parquet, by a mapping that says what each column is.

    report = import_file(Path("export.csv"), load_mapping(Path("export.toml")), into)
    print("\\n".join(report.lines()))

Needs the extra ``water``, asked for when a name is first used.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.readings.daiad import daiad_answers, read_daiad
    from bacasable.services.water_use.engine.readings.importing import import_file
    from bacasable.services.water_use.engine.readings.mapping import Mapping, load_mapping, mapping_of
    from bacasable.services.water_use.engine.readings.report import QualityReport
    from bacasable.services.water_use.engine.readings.series import Verdict

__all__ = [
    "Mapping",
    "QualityReport",
    "Verdict",
    "daiad_answers",
    "import_file",
    "load_mapping",
    "mapping_of",
    "read_daiad",
]

_HOMES = {
    "Mapping": "mapping",
    "QualityReport": "report",
    "Verdict": "series",
    "daiad_answers": "daiad",
    "import_file": "importing",
    "load_mapping": "mapping",
    "mapping_of": "mapping",
    "read_daiad": "daiad",
}

__getattr__ = names_of(__name__, _HOMES, "water")

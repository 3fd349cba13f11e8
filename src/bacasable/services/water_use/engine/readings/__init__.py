"""Readings from files of others: CSV and Parquet, by a mapping that says what each column is.

    report = import_file(Path("export.csv"), load_mapping(Path("export.toml")), into)
    print("\\n".join(report.lines()))

Needs the extra ``water``, asked for when a name is first used.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.readings.daiad import daiad_answers, read_daiad

__all__ = ["daiad_answers", "read_daiad"]

_HOMES = {"daiad_answers": "daiad", "read_daiad": "daiad"}

__getattr__ = names_of(__name__, _HOMES, "water")

"""Departments and regions: codes of the INSEE, names, where each prefecture lies (to a tenth of a degree)."""

from functools import cache
from importlib.resources import files

import polars as pl


@cache
def departments() -> pl.DataFrame:
    """Return code, label, region, latitude, longitude (degrees) of the 101 departments, by code."""
    return _read("departments.csv").with_columns(pl.col("latitude", "longitude").cast(pl.Float64))


@cache
def regions() -> pl.DataFrame:
    """Return code and label of the 18 regions, by code."""
    return _read("regions.csv")


@cache
def region_of() -> dict[str, str]:
    """Return the region of each department."""
    return dict(departments().select("code", "region").iter_rows())


def _read(name: str) -> pl.DataFrame:
    return pl.read_csv((files(__package__) / name).read_bytes(), infer_schema=False)

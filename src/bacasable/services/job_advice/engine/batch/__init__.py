"""Opinions on many profiles: Parquet in, Parquet out, part by part, taken up again where it was stopped."""

from bacasable.privacy.lazily import names_of

__getattr__ = names_of(
    __name__,
    {
        "BatchReport": "running",
        "advise_all": "running",
        "read_advice": "files",
        "write_profiles": "files",
    },
    extra="jobs",
)

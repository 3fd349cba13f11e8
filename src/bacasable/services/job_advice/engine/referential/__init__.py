"""The data base of trades: official archives with their versions and dates, or a small synthetic one."""

from bacasable.privacy.lazily import names_of

__getattr__ = names_of(
    __name__,
    {
        "ImportReport": "importing",
        "Missing": "importing",
        "Source": "importing",
        "import_archives": "importing",
        "Referential": "opening",
        "Labour": "labour",
        "LabourColumns": "labour",
        "forms": "titles",
        "import_offers": "sessions",
        "OffersReport": "sessions",
    },
    extra="jobs",
)

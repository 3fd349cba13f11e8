"""Write the numbering plans of the world, small: ``python training/redaction/numbering.py``.

From the metadata of phonenumbers: for each calling code, its regions in the order in which phonenumbers asks
them. The recogniser reads this in place of loading phonenumbers, which takes fifty milliseconds, for the
numbers that are plainly valid.
"""

from itertools import chain
from pathlib import Path

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

OUT = Path(__file__).parents[2] / "src/bacasable/privacy/redaction/identifiers/numbering.tsv"
KINDS = (
    "mobile",
    "fixed_line",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


def plain(pattern: str | None) -> str:
    """Return a pattern without what only makes it readable."""
    return "".join((pattern or "").split())


def line(code: int, region: str) -> str:
    """Return what is read of a region: code, leading digits, prefix, form, lengths, kinds.

    The most frequent kinds are first.
    """
    metadata = PhoneMetadata.metadata_for_region(region)
    kinds = [getattr(metadata, kind) for kind in KINDS]
    patterns = dict.fromkeys(plain(kind.national_number_pattern) for kind in kinds if kind)
    lengths = sorted(set(chain.from_iterable(kind.possible_length for kind in kinds if kind)) - {-1})
    fields = (
        str(code),
        plain(metadata.leading_digits),
        plain(metadata.national_prefix_for_parsing),
        plain(metadata.general_desc.national_number_pattern),
        ",".join(map(str, lengths)),
        *filter(None, patterns),
    )
    return "\t".join(fields)


def main() -> None:
    """Write the file."""
    lines = [
        line(code, region)
        for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items())
        for region in regions
        if region != "001"
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="ascii")
    print(OUT, len(lines), OUT.stat().st_size, phonenumbers.__version__)  # noqa: T201


if __name__ == "__main__":
    main()

"""Write the numbering plans of the world, small: ``python training/redaction/numbering.py``.

From the metadata of phonenumbers: for each calling code, its regions in the order in which phonenumbers asks
them. The recogniser reads this in place of loading phonenumbers, which takes fifty milliseconds.
"""

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
    """Return what is read of a region: code, leading digits, prefix, what replaces it, form, lengths of a
    number and of one dialled nearby, kinds.

    The most frequent kinds are first.
    """
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    kinds = [getattr(metadata, kind) for kind in KINDS]
    patterns = dict.fromkeys(plain(kind.national_number_pattern) for kind in kinds if kind)
    general = metadata.general_desc
    fields = (
        str(code),
        plain(metadata.leading_digits),
        plain(metadata.national_prefix_for_parsing),
        plain(metadata.national_prefix_transform_rule),
        plain(general.national_number_pattern),
        ",".join(map(str, general.possible_length)),
        ",".join(map(str, general.possible_length_local_only)),
        *filter(None, patterns),
    )
    return "\t".join(fields)


def main() -> None:
    """Write the file."""
    lines = [
        line(code, region)
        for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items())
        for region in regions
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="ascii")
    print(OUT, len(lines), OUT.stat().st_size, phonenumbers.__version__)  # noqa: T201


if __name__ == "__main__":
    main()

"""The tables of certifications, out of the archives of the RNCP and of the kit of apprenticeship.

They name occupations of ROME v3: each is joined to all the occupations of ROME 4.0 whose parent it is.
"""

from datetime import date

import polars as pl

from bacasable.privacy.messages import N_
from bacasable.services.job_advice.engine.referential.lines import Frames, Refuse, only

_TABLES: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "certifications": {
        "rncp": pl.String,
        "title": pl.String,
        "level": pl.Int8,
        "kind": pl.String,
        "kind_label": pl.String,
        "active": pl.Boolean,
        "until": pl.Date,
        "replaced_by": pl.String,
        "apprenticeship": pl.Boolean,
        "told_by": pl.String,
    },
    "certification_occupations": {"rncp": pl.String, "parent": pl.String, "code": pl.String},
    "blocks": {"rncp": pl.String, "block": pl.String, "title": pl.String},
    "specialities": {"rncp": pl.String, "nsf": pl.String, "label": pl.String},
    "ways_in": {"rncp": pl.String, "way": pl.String, "label": pl.String},
}
#: Tables and the families of archives they come from.
FROM = dict.fromkeys(_TABLES, "rncp")
_RNCP = r"^RNCP\d+$"
_NO_CODE = N_("no code of a certification (RNCP and a number)")
_NO_SUCH = N_("its certification is not in the archive of certifications")


def built(
    read: Frames, refuse: Refuse, occupations: pl.DataFrame, *, kit_is_later: bool
) -> dict[str, pl.DataFrame]:
    """Return the tables by name; one whose archive is absent is empty.

    A certification that the kit of apprenticeship alone knows is added, without occupation unless the one
    that it replaced had some. Of one that both know, the later archive tells until when, and whether active.
    """
    certifications = _certifications(read, refuse, kit_is_later=kit_is_later)
    known = certifications["rncp"].implode()
    made = {"certifications": certifications}
    shapes = {
        "blocks": {"rncp": "CodeRNCP", "block": "numero_bloc", "title": "intitule"},
        "specialities": {"rncp": "CodeRNCP", "nsf": "code", "label": "Libelle"},
        "ways_in": {"rncp": "CodeRNCP", "way": "code_libelle", "label": "intitule"},
    }
    for name, columns in shapes.items():
        if name not in read:
            made[name] = pl.DataFrame(schema=_TABLES[name])
            continue
        raw = only(read[name], pl.col("CodeRNCP").is_in(known), refuse, name, _NO_SUCH)
        raw = raw.select(**columns).with_columns(pl.coalesce(pl.nth(2), pl.nth(1)))
        raw = raw.drop_nulls().unique(maintain_order=True)
        made[name] = raw.with_columns(pl.col(pl.String).str.replace_all("''", "'"))
    made["certification_occupations"] = _occupations(read, refuse, certifications, occupations)
    return made


def _certifications(read: Frames, refuse: Refuse, *, kit_is_later: bool) -> pl.DataFrame:
    schema = _TABLES["certifications"]
    made = pl.DataFrame(schema=schema)
    if "certifications" in read:
        raw = read["certifications"]
        raw = only(raw, pl.col("CodeRNCP").str.contains(_RNCP), refuse, "certifications", _NO_CODE)
        raw = only(raw, pl.col("intituleDiplome").is_not_null(), refuse, "certifications", N_("no label"))
        # A certification is listed once for each of its earlier ones; the first line says all that is kept.
        made = raw.unique("CodeRNCP", keep="first", maintain_order=True).select(
            rncp="CodeRNCP",
            title=pl.col("intituleDiplome").str.replace_all("''", "'"),
            level=pl.col("NiveauEurope").str.extract(r"(\d)").cast(pl.Int8),
            kind="CodeTypeCertif",
            kind_label="TypeCertif",
            active=pl.col("ActiveInactive") == "ACTIVE",
            until=_american("date_fin_validite_enregistrement"),
            replaced_by="NouvelleFiche",
            apprenticeship=pl.lit(None, pl.Boolean),
            told_by=pl.lit("rncp"),
        )
    if "apprenticeship" in read:
        made = _with_kit(made, _kit(read["apprenticeship"], refuse), is_later=kit_is_later)
    return made.sort("rncp")


def _kit(raw: pl.DataFrame, refuse: Refuse) -> pl.DataFrame:
    raw = only(raw, pl.col("Code_RNCP").str.contains(_RNCP), refuse, "apprenticeship", _NO_CODE)
    return (
        raw.select(
            rncp="Code_RNCP",
            title="Intitulé diplôme (DEPP)",
            level=pl.col("Niveau fiche RNCP").str.extract(r"(\d)").cast(pl.Int8),
            kind="Abrégé de diplôme (RNCP)",
            kind_label=pl.lit(None, pl.String),
            active=pl.col("Fiche ACTIVE/INACTIVE") == "ACTIVE",
            until=pl.col("Date d'échéance de la fiche RNCP").str.to_date("%d/%m/%Y", strict=False),
            replaced_by=pl.lit(None, pl.String),
            apprenticeship=pl.col("Accès à l'apprentissage de la fiche RNCP (oui/non)") == "oui",
            told_by=pl.lit("apprenticeship"),
        )
        .drop_nulls("title")
        .unique("rncp", keep="first", maintain_order=True)
    )


def _with_kit(made: pl.DataFrame, kit: pl.DataFrame, *, is_later: bool) -> pl.DataFrame:
    later = kit.select(
        "rncp",
        kit_active="active",
        kit_until="until",
        kit_level="level",
        kit_apprenticeship="apprenticeship",
    )
    joined = made.join(later, on="rncp", how="left", maintain_order="left").select(
        "rncp",
        "title",
        pl.coalesce("level", "kit_level").alias("level"),
        "kind",
        "kind_label",
        *(
            pl.coalesce(f"kit_{name}", name).alias(name)
            if is_later
            else pl.coalesce(name, f"kit_{name}").alias(name)
            for name in ("active", "until")
        ),
        "replaced_by",
        pl.coalesce("kit_apprenticeship", "apprenticeship").alias("apprenticeship"),
        pl.when(pl.col("kit_active").is_not_null() & is_later)
        .then(pl.lit("apprenticeship"))
        .otherwise("told_by")
        .alias("told_by"),
    )
    return pl.concat([joined, kit.join(made, on="rncp", how="anti")])


def _occupations(
    read: Frames, refuse: Refuse, certifications: pl.DataFrame, occupations: pl.DataFrame
) -> pl.DataFrame:
    if "certification_occupations" not in read:
        return pl.DataFrame(schema=_TABLES["certification_occupations"])
    key = "certification_occupations"
    known = certifications["rncp"].implode()
    raw = only(read[key], pl.col("CodeRNCP").is_in(known), refuse, key, _NO_SUCH)
    # A later archive may name an occupation of ROME 4.0 itself: its parent stands for it, narrowed below.
    parents = set(occupations["parent"].to_list())
    narrow = {
        code: parent
        for code, parent in occupations.select("code", "parent").iter_rows()
        if code not in parents
    }
    raw = raw.with_columns(
        own=pl.when(pl.col("Rome").is_in(list(narrow))).then("Rome"),
        parent=pl.col("Rome").replace(narrow),
    )
    raw = only(
        raw,
        pl.col("parent").is_in(occupations["parent"].implode()),
        refuse,
        key,
        N_("its occupation (ROME v3) is the parent of none"),
    )
    pairs = raw.select("parent", "own", rncp="CodeRNCP")
    # What replaced a certification leads where that one led, until an archive says where.
    replaced = (
        certifications.select("rncp", "replaced_by")
        .drop_nulls()
        .filter(pl.col("replaced_by").is_in(known) & ~pl.col("replaced_by").is_in(pairs["rncp"].implode()))
    )
    inherited = replaced.join(pairs, on="rncp").select("parent", "own", rncp="replaced_by")
    return (
        pl.concat([pairs, inherited])
        .join(occupations.select("parent", "code"), on="parent", how="inner")
        .filter(pl.col("own").is_null() | (pl.col("own") == pl.col("code")))
        .select("rncp", "parent", "code")
        .unique(maintain_order=True)
        .sort("rncp", "parent", "code")
    )


def _american(name: str) -> pl.Expr:
    """Read "8/31/16" or "31/08/2016": the archive of 2021 writes months first, years in two digits."""
    short = pl.col(name).str.to_date("%m/%d/%y", strict=False)
    long = pl.col(name).str.to_date("%d/%m/%Y", strict=False)
    # "%y" takes 69 to 99 for the last century, and no certification runs that far back.
    short = pl.when(short < date(1990, 1, 1)).then(None).otherwise(short)
    return pl.coalesce(short, long)

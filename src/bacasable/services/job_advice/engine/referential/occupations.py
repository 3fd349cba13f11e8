"""The tables of occupations, titles, skills, contexts and mobilities, out of the archives of the ROME.

ROME 4.0 has all of them; ROME v3 has occupations, titles and mobilities alone, each its own parent.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from bacasable.privacy.messages import N_
from bacasable.services.job_advice.engine.referential.contexts import HOURS, LIMITS
from bacasable.services.job_advice.engine.referential.lines import Frames, Refuse, numbered, once, only
from bacasable.services.job_advice.engine.referential.titles import forms

ECOLOGY = {
    "Emploi Vert": "green",
    "Emploi stratégique pour la Transition écologique": "greening",
    "Emploi Brun": "brown",
    "Emploi Blanc": "neutral",
}
CONTEXTS = {
    "Conditions de travail et risques professionnels": "conditions",
    "Horaires et durée du travail": "hours",
    "Lieux et déplacements": "places",
    "Publics spécifiques": "publics",
    "Types de structures": "structures",
    "Statut d'emploi": "status",
}
_CODE = r"^[A-Z]\d{4}$"
_TITLES, _SKILLS, _CONTEXTS = "2", "5", "6"
_NO_SUCH = N_("its occupation is not in the archive of occupations")


def built(read: Frames, refuse: Refuse) -> dict[str, pl.DataFrame]:
    """Return the tables by name; one whose archive is absent is empty.

    ``read`` has the frames of archives by key, as :meth:`.reading.Reader.frame` returns them.
    """
    occupations = _occupations(read, refuse)
    codes = set(occupations["code"].to_list())
    parents = dict(occupations.select("code", "parent").iter_rows())
    skills = _skills(read, refuse)
    contexts = _contexts(read, refuse)
    tables = {
        "occupations": occupations,
        "titles": _titles(read, refuse, codes, parents),
        "skills": skills,
        "contexts": contexts,
        "mobilities": _mobilities(read, refuse, codes),
        "occupation_sectors": _sectors(read, refuse, codes),
    }
    tables |= _links(read, refuse, codes, skills, contexts)
    return tables


def _occupations(read: Frames, refuse: Refuse) -> pl.DataFrame:
    raw = read["occupations"]
    raw = only(raw, pl.col("code_rome").str.contains(_CODE), refuse, "occupations", N_("no code of the ROME"))
    raw = only(raw, pl.col("libelle_rome").is_not_null(), refuse, "occupations", N_("no label"))
    raw = once(raw, ["code_rome"], refuse, "occupations").sort("code_rome")
    made = raw.select(
        code="code_rome",
        label=pl.col("libelle_rome").str.replace_all("''", "'"),
        parent=pl.coalesce("code_rome_parent", "code_rome"),
        ecology=pl.col("transition_eco").replace_strict(ECOLOGY, default=None, return_dtype=pl.String),
        digital=_yes("transition_num"),
        ageing=_yes("transition_demo"),
        regulated=_yes("emploi_reglemente"),
        managerial=_yes("emploi_cadre"),
    ).with_columns(
        green=pl.when(pl.col("ecology").is_not_null()).then(pl.col("ecology").is_in(["green", "greening"]))
    )
    riasec = read.get("riasec")
    if riasec is not None:
        majors = riasec.select(code="code_rome", riasec="riasec_majeur", riasec_minor="riasec_mineur")
        made = made.join(majors.unique("code", keep="first"), on="code", how="left")
    else:
        made = made.with_columns(riasec=pl.lit(None, pl.String), riasec_minor=pl.lit(None, pl.String))
    domains = read.get("domains")
    if domains is not None:
        named = domains.select(
            code="code_rome",
            domain="code_domaine_professionel",
            domain_label="libelle_domaine_professionel",
            field="code_grand_domaine",
            field_label="libelle_grand_domaine",
        )
        made = made.join(named.unique("code", keep="first"), on="code", how="left")
    else:
        made = made.with_columns(
            domain=pl.col("code").str.slice(0, 3),
            domain_label=pl.lit(None, pl.String),
            field=pl.col("code").str.slice(0, 1),
            field_label=pl.lit(None, pl.String),
        )
    return made.join(_texts(read), on="code", how="left", maintain_order="left")


def _texts(read: Frames) -> pl.DataFrame:
    """Return the definition of each occupation and how it is entered: sentences joined in their order."""
    raw = read.get("texts")
    if raw is None:
        return pl.DataFrame(schema={"code": pl.String, "definition": pl.String, "access": pl.String})
    ordered = raw.with_columns(pl.col("position_phrase").cast(pl.Int32, strict=False)).sort(
        "code_rome", "position_phrase", "line"
    )
    joined = ordered.group_by("code_rome", "libelle_type_texte", maintain_order=True).agg(
        pl.col("libelle_texte").drop_nulls().str.join(" ")
    )
    wide = [
        joined.filter(pl.col("libelle_type_texte") == kind).select(
            code="code_rome", **{name: "libelle_texte"}
        )
        for kind, name in (("definition", "definition"), ("acces_metier", "access"))
    ]
    return wide[0].join(wide[1], on="code", how="full", coalesce=True)


def _titles(read: Frames, refuse: Refuse, codes: set[str], parents: Mapping[str, str]) -> pl.DataFrame:
    raw = _known_once(read["titles"], "code_ogr", refuse, "titles")
    raw = only(raw, pl.col("code_rome").is_in(codes), refuse, "titles", _NO_SUCH)
    raw = only(raw, pl.col("libelle_appellation_long").is_not_null(), refuse, "titles", N_("no label"))
    long = raw["libelle_appellation_long"].to_list()
    both = [forms(title) for title in long]
    return raw.select(
        ogr="code_ogr",
        long="libelle_appellation_long",
        short=pl.coalesce("libelle_appellation_court", "libelle_appellation_long"),
        masculine=pl.Series([one for one, _ in both], dtype=pl.String),
        feminine=pl.Series([other for _, other in both], dtype=pl.String),
        code="code_rome",
        parent=pl.coalesce("code_rome_parent", pl.col("code_rome").replace_strict(parents, default=None)),
        rarely_used=pl.col("peu_usite").eq_missing(pl.lit("O")),
        is_main=pl.col("classification").eq_missing(pl.lit("PRINCIPALE")),
    ).sort("ogr")


def _skills(read: Frames, refuse: Refuse) -> pl.DataFrame:
    schema = {
        "ogr": pl.Int64,
        "label": pl.String,
        "kind": pl.String,
        "macro": pl.Int64,
        "is_macro": pl.Boolean,
        "category": pl.String,
        "green": pl.Boolean,
        "digital": pl.Boolean,
    }
    parts = [pl.DataFrame(schema=schema)]
    if "skills" in read:
        raw = _known_once(read["skills"], "code_ogr", refuse, "skills")
        raw = only(raw, pl.col("libelle_competence").is_not_null(), refuse, "skills", N_("no label"))
        is_soft = pl.col("cat_comp").str.starts_with("Savoir-être")
        parts.append(
            raw.select(
                ogr="code_ogr",
                label="libelle_competence",
                kind=pl.when(is_soft).then(pl.lit("soft")).otherwise(pl.lit("know_how")),
                macro=pl.col("code_ogr_macro_comp").cast(pl.Int64, strict=False),
                is_macro=pl.col("nature").str.starts_with("Macro").fill_null(False),
                category="sous_cat_comp",
                green=_yes("transition_eco"),
                digital=_yes("transition_num"),
            )
        )
    if "knowledge" in read:
        raw = _known_once(read["knowledge"], "code_ogr_savoir", refuse, "knowledge")
        raw = only(raw, pl.col("libelle_savoir").is_not_null(), refuse, "knowledge", N_("no label"))
        parts.append(
            raw.select(
                ogr="code_ogr_savoir",
                label="libelle_savoir",
                kind=pl.lit("knowledge"),
                macro=pl.lit(None, pl.Int64),
                is_macro=pl.lit(False),
                category="categorie_savoir",
                green=_yes("transition_eco"),
                digital=_yes("transition_num"),
            )
        )
    return pl.concat(parts).unique("ogr", keep="first", maintain_order=True).sort("ogr")


def _contexts(read: Frames, refuse: Refuse) -> pl.DataFrame:
    if "contexts" not in read:
        names = ("label", "kind", "limit", "hours")
        return pl.DataFrame(schema={"ogr": pl.Int64, **dict.fromkeys(names, pl.String)})
    raw = _known_once(read["contexts"], "code_ogr", refuse, "contexts")
    label = pl.col("libelle_cont_travail")
    return raw.select(
        ogr="code_ogr",
        label=label,
        kind=pl.col("libelle_type_cont_trav").replace_strict(CONTEXTS, default="other"),
        limit=label.replace_strict(LIMITS, default=None, return_dtype=pl.String),
        hours=label.replace_strict(HOURS, default=None, return_dtype=pl.String),
    ).sort("ogr")


def _mobilities(read: Frames, refuse: Refuse, codes: set[str]) -> pl.DataFrame:
    if "mobilities" not in read:
        schema = {"code": pl.String, "target": pl.String, "order": pl.Int32, "kind": pl.String}
        return pl.DataFrame(schema=schema)
    raw = read["mobilities"]
    both = pl.col("code_rome").is_in(codes) & pl.col("code_rome_cible").is_in(codes)
    raw = only(raw, both, refuse, "mobilities", _NO_SUCH)
    raw = only(
        raw,
        pl.col("code_rome") != pl.col("code_rome_cible"),
        refuse,
        "mobilities",
        N_("from an occupation to itself"),
    )
    kinds = {"Proche": "near", "Evolution": "further", "Évolution": "further"}
    made = raw.select(
        code="code_rome",
        target="code_rome_cible",
        order=pl.col("numero_ordre").cast(pl.Int32, strict=False),
        kind=pl.col("libelle_type_mobilite").replace_strict(kinds, default=None, return_dtype=pl.String),
    )
    # ROME v3 names a way between two titles of the same two occupations too: one line an occupation remains.
    return made.sort("code", "order", "target", nulls_last=True).unique(
        ["code", "target"], keep="first", maintain_order=True
    )


def _sectors(read: Frames, refuse: Refuse, codes: set[str]) -> pl.DataFrame:
    if "sectors" not in read:
        return pl.DataFrame(schema=dict.fromkeys(("code", "division", "label"), pl.String))
    raw = only(read["sectors"], pl.col("code_rome").is_in(codes), refuse, "sectors", _NO_SUCH)
    return raw.select(
        code="code_rome",
        division=pl.col("code_secteur_naf").str.zfill(2),
        label="libelle_secteur_naf",
    ).sort("code", "division")


def _links(
    read: Frames, refuse: Refuse, codes: set[str], skills: pl.DataFrame, contexts: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Return which skills and contexts each occupation has; ``core``: "main", "emerging" or null."""
    pair: dict[str, Any] = {"code": pl.String, "ogr": pl.Int64}
    if "links" not in read:
        return {
            "occupation_skills": pl.DataFrame(schema=pair | {"core": pl.String}),
            "occupation_contexts": pl.DataFrame(schema=pair),
        }
    raw = numbered(read["links"], "code_ogr", refuse, "links")
    raw = only(raw, pl.col("code_rome").is_in(codes), refuse, "links", _NO_SUCH)
    asked = raw.filter(pl.col("code_compo_bloc") == _SKILLS)
    asked = only(
        asked,
        pl.col("code_ogr").is_in(skills["ogr"].implode()),
        refuse,
        "links",
        N_("its skill is in no archive of skills or knowledge"),
    )
    met = raw.filter(pl.col("code_compo_bloc") == _CONTEXTS)
    met = only(
        met,
        pl.col("code_ogr").is_in(contexts["ogr"].implode()),
        refuse,
        "links",
        N_("its context is not in the archive of contexts"),
    )
    asked = asked.select(code="code_rome", ogr="code_ogr").unique(maintain_order=True)
    if "coherence" in read:
        flags = {"Principale": "main", "Émergente": "emerging", "Emergente": "emerging"}
        flagged = read["coherence"].select(
            code="code_rome",
            ogr=pl.col("code_ogr").cast(pl.Int64, strict=False),
            core=pl.col("coeur_metier").replace_strict(flags, default=None, return_dtype=pl.String),
        )
        asked = asked.join(flagged.unique(["code", "ogr"], keep="first"), on=["code", "ogr"], how="left")
    else:
        asked = asked.with_columns(core=pl.lit(None, pl.String))
    met = met.select(code="code_rome", ogr="code_ogr").unique(maintain_order=True)
    return {
        "occupation_skills": asked.sort("code", "ogr"),
        "occupation_contexts": met.sort("code", "ogr"),
    }


def _yes(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_not_null()).then(pl.col(name) == "O")


def _known_once(raw: pl.DataFrame, column: str, refuse: Refuse, key: str) -> pl.DataFrame:
    return once(numbered(raw, column, refuse, key), [column], refuse, key)

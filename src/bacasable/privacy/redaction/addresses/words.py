"""The words of French addresses, folded: kinds of streets, what is never in an address, titles, months.

Sources: the standard NF Z10-011 (abbreviations) and the kinds of streets in use in the national address base.
"""

import re


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


#: Kinds of streets that are nearly always one: a number and a word in small letters may name it.
STRONG = _listed(
    "rue|av|ave|avenue|boulevard|bd|bld|bvd|blvd|impasse|allee|allees|quai|chemin|faubourg|"
    "esplanade|venelle|sente|sentier|ruelle|square|rond-point|rond point|lotissement|lieu-dit|lieudit|"
    "lieu dit|hameau|residence|chaussee|route nationale|"
    "route departementale"
)
#: Ordinary words as well: they want a number or a capital.
WEAK = _listed(
    "place|route|cour|cours|passage|villa|voie|montee|promenade|cite|clos|traverse|"
    "mail|parvis|pont|porte|galerie|domaine|quartier|rocade|corniche|rampe|degre|carrefour|mas|port|"
    "jardin|jardins|za|zac|zi|z.a|z.i|z.a.c|zone artisanale|zone industrielle|zone d'activite|"
    "zone d'activites|parc d'activite|parc d'activites|rn|rd|drailles|levee|digue|terrasse|hauts"
)
#: Abbreviations of the standard, which are read only after a number (PAS and CAR are other words too often).
SHORT = _listed(
    "r|all|ch|che|chs|crs|dom|esp|fbg|fg|ham|imp|ld|lot|pass|pl|prom|qu|res|rle|rpt|rte|sq|vla|vge"
)
#: Streets that an ordinary word may name without number: rue de la gare.
COMMONLY_NAMED = _listed("avenue|boulevard|impasse|rue")
#: Named after a group of dwellings, not a street: no address without number or postal code.
GROUPS = _listed("hameau|lotissement|residence")
#: Houses apart, that a name and a postal code make an address of: Ferme de la Croix, 22920 Pleubian.
ESTATES = _listed(
    "ferme|moulin|chateau|domaine|mas|village|hameau|quartier|manoir|propriete|maison|villa|residence|lieu-dit|"
    "abbaye|prieure|camping|bastide|borde|metairie|chalet|gite|relais|haras"
)
#: Before the kind: 12 Grande Rue.
ADJECTIVES = _listed("grand|grande|petit|petite|vieille|vieux|haute|basse|ancien|ancienne|nouvelle")
#: Between the kind and the name: chemin rural des Vignes.
MIDDLES = _listed(
    "rural|vicinal|communal|departementale|nationale|communale|prive|privee|haut|haute|bas|basse|neuf|"
    "neuve|vieux|vieille|forestier|forestiere|inferieure|superieure"
)
#: What never stands between a street and its postal code, nor in a name: verbs, pronouns, titles, other data.
STOP = _listed(
    "est|sont|ont|avait|etait|etaient|sera|depuis|dans|pour|que|qui|dont|avec|je|j'ai|il|ils|elle|"
    "elles|nous|vous|mon|mes|votre|vos|notre|nos|ne|nee|ni|tel|tels|telephone|portable|fax|mail|email|"
    "courriel|siret|siren|objet|dossier|reference|ref|madame|monsieur|mme|mlle|messieurs|mesdames|"
    "maitre|mais|ou|car|donc|puis|afin|lors|pendant|entre|chez|ce|cette|ces|cet|son|sa|ses|leur|leurs|"
    "date|bonjour|merci|iban|cordialement|demeurant|domicilie|domiciliee|habite|habitant|represente|"
    "immatricule|immatriculee|conteste|demande|sollicite|stationnait|jusqu|vers|apres|avant|sans|"
    "contre|selon|ainsi|comme|aussi|dit|dite|soit|fait|nir|caf|tva"
)
#: Before the name of a person that a street is named after.
TITLES = _listed(
    "general|gal|marechal|mal|docteur|dr|president|pdt|capitaine|cne|commandant|cdt|colonel|col|"
    "lieutenant|lt|abbe|pere|saint|sainte|st|ste|professeur|pr|amiral|sergent|chanoine|cardinal|comte|"
    "duc|baron|frere|freres|soeur|mere|cure|pasteur|roi|reine|prince|princesse|notre-dame"
)
#: Ordinary words that often name a street.
COMMON = _listed(
    "gare|mairie|eglise|ecole|ecoles|poste|moulin|moulins|fontaine|fontaines|chateau|paix|republique|"
    "liberte|prefecture|abbaye|forge|forges|lavoir|marche|halle|halles|hopital|stade|cimetiere|port|"
    "plage|foret|bois|pre|pres|vigne|vignes|acacias|lilas|tilleuls|roses|rosiers|peupliers|platanes|"
    "marronniers|cerisiers|chene|chenes|source|sources|resistance|victoire|verdun|industrie|artisans|"
    "college|lycee|soleil|montagne|riviere|croix|chapelle"
)
#: The months.
MONTHS = _listed("janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre")
#: Before a number that is then no house number: a date, an article, a page.
NOT_HOUSE = MONTHS + _listed(
    "alinea|art|article|articles|avr|chapitre|dec|decret|fev|fevr|h|janv|juil|loi|nov|oct|p|page|pages|"
    "sept|version"
)
#: After a number that is then no postal code, nor a house number.
UNITS = _listed(
    "euro|euros|eur|habitants|personnes|francs|km|kg|tonnes|exemplaires|dossiers|fois|ans|h|heure|"
    "heures|jour|jours|mois|et|a|au|m|m2|m3|pages"
)


def one_of(*lists: tuple[str, ...]) -> bytes:
    """Return a pattern for any of the words, sharing their beginnings: a letter is a branch, not a word."""
    tree: dict[str, dict] = {}
    for word in (word for words in lists for word in words):
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(tree).encode("ascii")


def _branches(node: dict[str, dict]) -> str:
    branches = [re.escape(letter) + _branches(node[letter]) for letter in sorted(node) if letter]
    if not branches:
        return ""
    if len(branches) == 1 and "" not in node:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if '' in node else ''}"

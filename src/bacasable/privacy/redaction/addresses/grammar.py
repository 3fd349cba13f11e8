"""What French addresses are made of, as patterns on folded text (:mod:`.folding`, :mod:`.words`).

Sources: the standard NF Z10-011 (order of the lines, abbreviations), and the addresses of Belgium,
Luxembourg, Switzerland and Germany for their postal codes. Patterns named ``..._BEFORE`` are searched in
the piece of text that ends where they must end.
"""

import re

from bacasable.privacy.redaction.addresses.words import (
    ADJECTIVES,
    COMMON,
    ESTATES,
    MIDDLES,
    MONTHS,
    SHORT,
    STOP,
    STRONG,
    TITLES,
    UNITS,
    WEAK,
    one_of,
)

_KIND = one_of(STRONG, WEAK, SHORT)
_STOP = one_of(STOP)
_MONTH = one_of(MONTHS)

#: What stands before a kind of street, made a space, so that a search has one letter to look for.
TO_SPACE = bytes(ord(" ") if byte in b" \n'\"(,;:/" else byte for byte in range(256))
#: Where an address may be: a kind of street as a word, in a text whose separators are made spaces.
HEAD = re.compile(rb" (" + _KIND + rb")(?=[ .-])")
#: The same at the beginning of a text.
FIRST_HEAD = re.compile(rb"(" + _KIND + rb")(?=[ .-])")
#: The same when the number touches it: 12rue.
TOUCHING_HEAD = re.compile(rb"[0-9](" + one_of(STRONG) + rb")(?=[ .-])")

#: A house number that ends a piece of text: 12, 12 bis, 12 B, n° 12, 12-14, 3, 5 et 7.
NUMBER_BEFORE = re.compile(
    rb"[0-9](?<![0-9a-z/.+].)(?<![0-9][ .,/-].)(?<![0-9]h .)(?<![0-9] h .)[0-9]{0,3}"
    rb"(?:(?: ?[-/] ?| (?:et|a) )[0-9]{1,4}|(?:, ?[0-9]{1,4}){0,2} et [0-9]{1,4})?"
    rb"(?:[ \n]?(?:bis|ter|quater|quinquies)(?: ?[a-h])?| ?[a-h])?(?: {0,2},? {0,2}| ?,? ?\n ?)\Z"
)
#: The sign before it: n° 12.
NUMBER_SIGN_BEFORE = re.compile(rb"(?<![a-z0-9])n(?:o|os|umeros?)?\.? ?\Z")

#: Adjectives that stand before the kind: 12 Grande Rue, 3 vieille route de Nice.
ADJECTIVE_BEFORE = re.compile(rb"(?<![a-z])" + one_of(ADJECTIVES) + rb"(?:' ?|[ -])\Z")
ADJECTIVE_ENDS = tuple(word[-3:].encode() for word in ADJECTIVES)

_NAMED_COMPLEMENT = (
    rb"(?i:bat(?:iment|\.)?|bt|immeuble|imm\.?|tour|res\.?|"
    rb"residence(?: universitaire| autonomie| seniors?| sociale)?|"
    rb"foyer|hotel|cite universitaire|pavillon|ehpad|pension|lieu[- ]?dit|villa|"
    rb"domaine|hameau|z\.?a\.?c?\.?|z\.?i\.?|zone artisanale|zone industrielle|"
    rb"zone d'activites?|parc d'activites?)"
)
_CODED_COMPLEMENT = (
    rb"(?i:appartements?|appts?\.?|apt\.?|app\.?|escalier|esc\.?|etage|logement|lgt|porte|chambre|ch\.|studio|entree|hall|bp|boite|"
    rb"boite aux lettres|bal)"
)
_CODE = rb"(?i:(?:no? ?)?(?:[a-z]?[0-9]{1,4}[a-z]?|[a-z]))"
_FLOOR = (
    rb"(?i:[0-9]{1,2} ?(?:er|e|eme|ieme) (?:etage|et\.)(?: (?:droite|gauche|face|dte|gche))?|rdc|"
    rb"rez[- ]de[- ]chaussee)"
)
#: Complements that stand before the number and the street: Bât. B, appt 12, 12 rue... Searched with capitals.
COMPLEMENTS_BEFORE = re.compile(
    rb"(?<![A-Za-z0-9])(?:(?:"
    + _NAMED_COMPLEMENT
    + rb" (?:no ?)?(?i:de la |de l'|du |des |de |d'|les |la |le |l')?[A-Z0-9][A-Za-z0-9' .-]{0,38}?|"
    + _CODED_COMPLEMENT
    + rb"[ .]? ?"
    + _CODE
    + rb"|"
    + _FLOOR
    + rb") ?(?:, ?|\n ?|- ?|)){1,5}\Z"
)
#: A quick look for whether the pattern above is worth running.
COMPLEMENT_HINT = re.compile(
    rb"(?<![a-z])(?:bat|bt|app|apt|esc|etage|imm|tour|log|lgt|res|porte|entr|bp|boit|rdc|rez|foy|hall|lieu|z\.?[ai]|zone|parc|dom|villa|ham|hot|cha|ch\.|stud|pavil|ehpad|pens|cite)"
)
#: Complements after the street: ..., bât. B, 3e étage.
COMPLEMENTS_AFTER = re.compile(
    rb"(?:(?: ?, ?| - | ?\n ?| )(?:(?:(?i:bat(?:iment|\.)?|bt|immeuble|imm\.?|tour)|"
    + _CODED_COMPLEMENT
    + rb")[ .] ?"
    + _CODE
    + rb"(?![a-z'])|"
    + _FLOOR
    + rb"))+"
)

#: French postal code, maybe with a space inside; never in a longer number.
POSTAL = re.compile(
    rb"[0-9](?<![0-9a-z.,/+].)(?<![0-9]-.)[0-9] ?[0-9]{3}(?<!00...)(?<!00 ...)(?<!99...)(?![0-9a-z])"
    rb"(?! ?[0-9]{2}|[.,/-][0-9])"
)
#: The letter of the country before it.
COUNTRY_LETTER_BEFORE = re.compile(rb"(?<![a-z0-9])fr? ?- ?\Z")
#: The same as a scanner reads it: letters in place of digits; read only after a street.
SCANNED_POSTAL = re.compile(
    rb"(?<![A-Za-z0-9])(?=[0-9OoIlSB]*[0-9][OoIlSB]*[0-9])[0-9OoIlSB]{5}(?![A-Za-z0-9])(?=[ \n][A-Za-z])"
)
#: Codes of neighbours: with their letter, or four or five digits before a capital (checked by the reader).
FOREIGN = re.compile(
    rb"(?<![0-9a-z])(?:(?:b|be|ch|l|lu|d|de|a|nl) ?- ?|(?<=[,\n] )|(?<=\n))[0-9]{4,5}(?![0-9.,/])(?= [a-z])"
)
#: Post boxes: digits that look like postal codes.
BOX_BEFORE = re.compile(rb"(?<![a-z])(?:b\.? ?p\.?|c\.? ?s\.?|tsa|cedex|boite postale)[ \n]?(?:no? ?)?\Z")
#: Lines with a post box that end before a postal code.
BOXES_BEFORE = re.compile(
    rb"(?<![a-z])(?:(?:b\.? ?p\.?|c\.? ?s\.?|tsa|boite postale) ?(?:no? ?)?[0-9][0-9 ]{0,7}"
    rb"[ ,\n-]{1,4}){1,2}\Z"
)
BOX = re.compile(
    rb"(?: ?,? ?\n ?| ?, ?| - | )(?:b\.?p\.?|c\.?s\.?|tsa) ?(?:no? ?)?[0-9][0-9 ]{1,7}(?![0-9a-z])"
)

#: What never stands between a street and its postal code, besides the words of STOP.
FOREIGN_SIGN = re.compile(rb"[!?;:@=<>\[\]{}|_%]|[0-9]{7}|\n *\n")
#: An end of a sentence: not an abbreviation, not an initial.
SENTENCE_END = re.compile(
    rb"(?<!bat)(?<!appt)(?<!app)(?<!apt)(?<!esc)(?<!res)(?<!imm)(?<![ '.,\n-][a-z])(?<![ '.,\n-][a-z][a-z])"
    rb"(?<!ste)(?<!gal)(?<!mal)(?<!pdt)(?<!etg)(?<!bld)(?<!bvd)(?<!ave)(?<!lot)(?<!prof)(?<!cdt)(?<!col)\."
    rb"(?=[ \n.])"
)
WORD = re.compile(rb"[a-z][a-z'-]+")
STOP_WORDS = frozenset(word.encode() for word in STOP)
STOP_WORD = re.compile(one_of(STOP, ("cedex", "arrondissement")) + rb"(?![a-z-])")

_DAY_NAME = (
    rb"(?i:(?:[0-9]{1,2}|1er|onze|huit|quatre|quatorze|dix-neuf)[ -](?:"
    + _MONTH
    + rb")(?:[ -](?:19|18|20)[0-9]{2})?)"
)
_TITLE = rb"(?i:" + one_of(TITLES) + rb")(?![A-Za-z])\.?"
_COMMON = rb"(?i:" + one_of(COMMON) + rb")"
_PARTICLE = rb"(?i:de la|de l'|de|du|des|d'|la|le|les|l'|aux?|a la|a l'|sur|sous|en|et)"
_CAPITAL = rb"(?:[A-Z][.](?= ?[A-Z])|[A-Z][A-Za-z]*(?:['-][A-Za-z]+)*|[IVXL]+(?:e|eme)?\b)"
_ORDINAL = (
    rb"(?:[0-9]{1,4}(?i:er|ere|e|eme|nd)?"
    rb"(?= (?i:ri\b|ra\b|rmve|regiment|armee|division|bataillon|spahis|dragons)))"
)
_CORE = rb"(?:" + _DAY_NAME + rb"|" + _ORDINAL + rb"|(?:" + _TITLE + rb"[ -])*" + _CAPITAL + rb")"
_GAP = rb"(?:[ -]| ?\n)"

#: The name of a street: particles, then a date, a title, capitals, joined by particles.
NAME = re.compile(
    rb"(?: (?i:"
    + one_of(MIDDLES)
    + rb")(?= ))?"
    + _GAP
    + rb"(?:"
    + _PARTICLE
    + rb"(?:[ \n-]|(?<='))){0,2}"
    + _CORE
    + rb"(?:[ -](?![Aa] )(?:"
    + _PARTICLE
    + rb"(?:[ \n-]|(?<='))){0,2}"
    + _CORE
    + rb"){0,6}"
)
#: The same with ordinary words that often name a street: rue de la gare.
COMMON_NAME = re.compile(rb" (?i:de la |de l'|du |des |de )" + _COMMON + rb"(?![A-Za-z-])")
#: A name in small letters, read after a number: up to five words until a comma, the end of the line or a word
#: that cannot belong to it.
SMALL_NAME = re.compile(
    rb"(?: (?:de la |de l'|du |des |de |d'|la |le |les |l'|aux? )?(?!(?:"
    + _STOP
    + rb"|a|au|et|en)(?![a-z-]))"
    rb"[a-z][a-z'-]+)(?: (?!(?:"
    + _STOP
    + rb"|a|au|aux|et|en|le|la|les)(?![a-z-]))(?:(?:de la |de l'|du |des |de |d')?[a-z][a-z'-]+)){0,3}"
    rb"(?= ?(?:[,\n.;)]|\Z)| (?:a|au|depuis|avec|et|pour|dans|chez)(?![a-z]))"
)

#: A hamlet or a numbered place of no kind, that ends before a postal code: 12 le Bourg; Le Petit Bois.
NUMBERED_BEFORE = re.compile(
    rb"[0-9](?<![0-9a-z/.,+-].)(?<![0-9][ .].)(?<![0-9], .)[0-9]{0,3}(?: ?(?:bis|ter|quater|[a-h]))?,? (?!(?:"
    + _STOP
    + rb"|"
    + _MONTH
    + rb"|"
    + one_of(UNITS)
    + rb")(?![a-z-]))"
    rb"[a-z][a-z0-9'.-]*(?: [a-z0-9][a-z0-9'.-]*){0,6}(?:(?: ?[,\n(-] ?){1,3}| )\Z"
)
_HAMLET = (
    rb"(?:(?:L[ea]s? |LES? |LA |L')[A-Z]|Ker|KER)[A-Za-z'-]*"
    rb"(?: [A-Z][A-Za-z'-]*| (?:de|du|des|la|le|les|aux?|a|sur|en) [A-Z][A-Za-z'-]*){0,4}"
)
_ESTATE = (
    rb"(?<![A-Za-z])(?i:"
    + one_of(ESTATES)
    + rb")(?: (?i:de la|de l'|de|du|des|d'|la|le|les|l'|aux?))*(?: |(?<='))"
    rb"[A-Za-z][A-Za-z'-]*(?:[ -][A-Za-z'-]+){0,4}?"
)
HAMLET_BEFORE = re.compile(
    rb"(?:(?:(?<=[,:(] )|(?<=\n)|(?<=demeurant )|(?<=domicilie )|(?<=habite )|(?<= de )|(?<= vers )|(?<= a )|"
    rb"\A)" + _HAMLET + rb"(?: ?, ?| - | ?\n)){1,2}\Z|"
    rb"(?:" + _ESTATE + rb"(?: ?, ?| - | ?\n| )){1,2}\Z"
)
#: A hamlet in small letters, that begins a line or is where somebody lives: les granges neuves, 43200...
SMALL_HAMLET_BEFORE = re.compile(
    rb"(?:\A|(?<=\n)|(?<=demeurant )|(?<=domicilie )|(?<=domiciliee )|(?<=habite )|(?<=habitant )|"
    rb"(?<=adresse : ))"
    rb"(?:le |la |les |l')[a-z][a-z'-]{2,}(?: [a-z'-]{1,20}){0,3} ?(?:,|\n| -) ?\Z"
)
#: Labels of forms before a bare postal code.
LABEL_BEFORE = re.compile(
    rb"(?<![a-z])(?:code postal|c\.?p\.?|adresse|domicile|(?:demeurant|domiciliee?|habite|habitant)(?: a)?)"
    rb" ?:? ?\Z"
)

#: German and Dutch streets, kind and number after the name: Bahnhofstrasse 12, 8001 Zürich.
GERMANIC = re.compile(
    rb"(?<![A-Za-z-])[A-Z][A-Za-z-]*(?:stras?se|straat|platz|gasse) [0-9]{1,4} ?[A-Za-z]?(?![A-Za-z0-9])"
)
#: Streets of Italy, Spain and Portugal, their number after the name: Via Garibaldi 12, 10122 Torino.
SOUTHERN = re.compile(
    rb"(?<![A-Za-z-])(?:Via|Viale|Piazza|Corso|Vicolo|Calle|Avenida|Plaza|Paseo|Rua|Carrer)"
    rb"(?: (?:de la|de los|de las|de|del|della|dei|do|da|dos))? [A-Z][A-Za-z'-]+"
    rb"(?: (?:de |del |della )?[A-Z][A-Za-z'-]+){0,3}"
    rb",? ?(?:no )?[0-9]{1,4} ?[A-Za-z]?(?![A-Za-z0-9])"
)
SOUTHERN_HINTS = tuple(
    f"{kind} ".encode()
    for kind in (
        "Via",
        "Viale",
        "Piazza",
        "Corso",
        "Vicolo",
        "Calle",
        "Avenida",
        "Plaza",
        "Paseo",
        "Rua",
        "Carrer",
    )
)
GERMANIC_HINTS = (b"strasse", b"strase", b"straat", b"platz ", b"gasse ")
#: A place in prose is a street if its name is one: place de la République, place Bellecour, but not place
#: de Marie.
PLACE = re.compile(rb"[ \n](?i:de la |du |des |de l'|d')?[A-Z][A-Za-z'-]+(?! (?:dans|au|en|parmi|chez))")
#: House number after the name, as in Belgium and Switzerland: Rue de la Loi 16, 1000 Bruxelles.
NUMBER_AFTER = re.compile(
    rb",? [0-9]{1,4} ?(?:bis|ter|[a-h](?![a-z]))?(?: ?(?:bte|boite) ?[0-9a-z]{1,4})?(?= ?[,\n.;)-]| ?\Z)"
)

COUNTRY = re.compile(
    rb"(?:,? |, ?| ?\n ?| ?- ?| ?\()"
    rb"(?:france|belgique|belgie|suisse|schweiz|luxembourg|allemagne|deutschland|"
    rb"italie|italia|espagne|espana|portugal)\)?(?![ -]?[a-z])(?! +[a-z])"
)

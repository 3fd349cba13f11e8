"""What French addresses are made of, as patterns on folded text (:mod:`.folding`).

Sources: the standard NF Z10-011 (abbreviations of kinds of streets, order of the lines), the national address base
(kinds of streets in use), and the addresses of Belgium, Luxembourg, Switzerland and Germany for their postal codes.
Patterns named ``..._BEFORE`` are searched in the piece of text that ends where they must end.
"""

import re

#: Kinds of streets that are nearly always one: a number and a word in small letters may name it.
_STRONG = (
    rb"rue|avenue|ave?\.?|boulevard|bl?v?d\.?|impasse|alle\x01?es?|quai|chemin|faubourg|esplanade|venelle|sente|"
    rb"sentier|ruelle|rond[- ]point|lotissement|lieu[- ]?dit|hameau|square|residence|re\x01sidence|chaussee|"
    rb"route nationale|route departementale"
)
#: Ordinary words as well: they want a number or a capital.
_WEAK = (
    rb"place|route|cours?|passage|villa|voie|monte\x01?e|promenade|cite\x01?|clos|traverse|mail|parvis|pont|porte|"
    rb"galerie|domaine|quartier|rocade|corniche|rampe|degre|carrefour|mas|port|jardins?|"
    rb"z\.?a\.?c?\.?|z\.?i\.?|zone|parc d'activites?|r\.?n\.?|r\.?d\.?"
)
#: Abbreviations of the standard, which are read only after a number.
_SHORT = rb"r|all|bvd|car|ch|che|chs|crs|dom|esp|fbg|fg|ham|imp|ld|lot|pas|pass|pl|prom|qu|res|rle|rpt|rte|sq|vla|vge"

KINDS = (_STRONG, _WEAK, _SHORT)

#: Where an address may be: a kind of street as a word, at its group: strong, weak, short.
HEAD = re.compile(
    rb"[ \n'\"(,;:/0-9](?:(" + _STRONG + rb")|(" + _WEAK + rb")|(" + _SHORT + rb"))(?=[ .,\n-])"
)
#: The same at the beginning of a text.
HEAD_FIRST = re.compile(HEAD.pattern[HEAD.pattern.index(b"(?:") :])

#: A house number that ends a piece of text: 12, 12 bis, 12 B, n° 12, 12-14, 3, 5 et 7.
NUMBER_BEFORE = re.compile(
    rb"(?:(?<![a-z0-9])n(?:o|os|umeros?)?\.? ?)?(?<![0-9a-z/.+])(?<![0-9][ .,/-])(?<![0-9]h )(?<![0-9] h )[0-9]{1,4}"
    rb"(?:(?: ?[-/] ?| (?:et|a) )[0-9]{1,4}|(?:, ?[0-9]{1,4}){0,2} et [0-9]{1,4})?"
    rb"(?: ?(?:bis|ter|quater|quinquies)(?: ?[a-h])?| ?[a-h])?(?: {0,2},? {0,2}| ?,? ?\n ?)\Z"
)

#: Adjectives that stand before the kind: 12 Grande Rue, 3 vieille route de Nice.
ADJECTIVE_BEFORE = re.compile(
    rb"(?<![a-z])(?:grande?|petite?|vieille|vieux|haute|basse|ancienne?|nouvelle)(?:' ?|[ -])\Z"
)

#: A month before a number: the number is a year or belongs to a date.
DATE_BEFORE = re.compile(
    rb"(?:janv|fevr|mars|avril|mai|juin|juil|aout|sept|octo|nove|dece|[0-9])[a-z.]*[ /.-]\Z|"
    rb"(?<![a-z])(?:articles?|art\.|alinea|page|p\.|chapitre|loi|decret|vers|a [0-9]{1,2} ?h) ?\Z"
)

_NAMED_COMPLEMENT = (
    rb"(?i:bat(?:iment|\.)?|bt|immeuble|imm\.?|tour|re\x01?sidence|res\.?|foyer|lieu[- ]?dit|villa|domaine|hameau|"
    rb"z\.?a\.?c?\.?|z\.?i\.?|zone artisanale|zone industrielle|zone d'activites?|parc d'activites?)"
)
_CODED_COMPLEMENT = (
    rb"(?i:appartements?|appts?\.?|apt\.?|app\.?|escalier|esc\.?|etage|logement|lgt|porte|entree|hall|bp|boite|"
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
    rb"(?<![a-z])(?:bat|bt|app|apt|esc|etage|imm|tour|log|lgt|res|porte|entr|bp|boit|rdc|rez|foy|hall|lieu|z\.?[ai]|zone|parc|dom|villa|ham)"
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

#: French postal code, with the letter of the country or a space inside; never inside a longer number.
POSTAL = re.compile(
    rb"(?<![0-9a-z.,/+-])(?:f ?- ?|fr ?- ?|f )?((?:0[1-9]|[1-8][0-9]|9[0-8])(?: ?[0-9]{3}))(?![0-9a-z])(?! ?[0-9]{2,}|[.,/-][0-9])"
)
#: Codes of neighbours: with their letter, or four or five digits before a capital (checked by the reader).
FOREIGN = re.compile(
    rb"(?<![0-9a-z])(?:(?:b|be|ch|l|lu|d|de|a|nl) ?- ?[0-9]{4,5}|(?<=[,\n] )[0-9]{4,5}|(?<=\n)[0-9]{4,5})(?![0-9.,/])(?= [a-z])"
)
#: Post boxes: digits that look like postal codes.
BOX_BEFORE = re.compile(rb"(?<![a-z])(?:b\.? ?p\.?|c\.? ?s\.?|tsa|cedex|boite postale) ?(?:no? ?)?\Z")
#: Lines with a post box that end before a postal code.
BOXES_BEFORE = re.compile(
    rb"(?<![a-z])(?:(?:b\.? ?p\.?|c\.? ?s\.?|tsa|boite postale) ?(?:no? ?)?[0-9][0-9 ]{0,7}(?:[ ,\n-]{1,4})){1,2}\Z"
)
BOX = re.compile(
    rb"(?: ?,? ?\n ?| ?, ?| - | )(?:b\.?p\.?|c\.?s\.?|tsa) ?(?:no? ?)?[0-9][0-9 ]{1,7}(?![0-9a-z])"
)

_STOP = (
    rb"est|sont|ont|avait|etait|etaient|sera|depuis|dans|pour|que|qui|dont|avec|je|j'ai|il|ils|elle|elles|nous|vous|"
    rb"mon|mes|votre|vos|notre|nos|ne|nee|ni|tel|tels|telephone|portable|fax|mail|email|courriel|siret|siren|objet|"
    rb"dossier|reference|ref|madame|monsieur|mme|mlle|messieurs|mesdames|maitre|mais|ou|car|donc|puis|afin|lors|"
    rb"pendant|entre|chez|ce|cette|ces|cet|son|sa|ses|leur|leurs|date|bonjour|merci|cordialement|monsieur|"
    rb"demeurant|domiciliee?|habite|habitant|represente|immatriculee?|conteste|demande|sollicite|stationnait|"
    rb"jusqu|vers|apres|avant|sans|contre|sous reserve|selon|ainsi|comme|aussi|afin|nee?|dit|dite|soit|fait|iban"
)
#: What never stands between a street and its postal code: ends of sentences, verbs, other data.
FOREIGN_TO_ADDRESS = re.compile(
    rb"[!?;:@=<>\[\]{}|_\"%]|[0-9]{7,}|\.{2,}|\n *\n|(?<![a-z-])(?:" + _STOP + rb")(?![a-z-])|"
    rb"(?<!bat)(?<!appt)(?<!app)(?<!apt)(?<!esc)(?<!res)(?<!imm)(?<![ '.,\n-][a-z])(?<![ .]st)(?<!ste)(?<!dr)"
    rb"(?<!gal)(?<!mal)(?<!pdt)(?<!etg)(?<!bld)(?<!bvd)(?<!ave)(?<!lot)(?<!prof)(?<!cdt)(?<!col)(?<! pr)\.(?=[ \n])"
)
STOP_WORD = re.compile(rb"(?:" + _STOP + rb"|cedex|arrondissement)(?![a-z-])")

_MONTH = rb"janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_DAY_NAME = (
    rb"(?i:(?:[0-9]{1,2}|1er|onze|huit|quatre|quatorze|dix-neuf)[ -](?:"
    + _MONTH
    + rb")(?:[ -](?:19|18|20)[0-9]{2})?)"
)
_TITLE = (
    rb"(?i:general|gal|marechal|mal|docteur|dr|president|pdt|capitaine|cne|commandant|cdt|colonel|col|lieutenant|lt|"
    rb"abbe|pere|saint|sainte|st|ste|professeur|pr|amiral|sergent|chanoine|cardinal|comte|duc|baron|frere|freres|"
    rb"soeur|mere|cure|pasteur|roi|reine|prince|princesse|notre-dame)\.?"
)
_COMMON = (
    rb"(?i:gare|mairie|eglise|ecoles?|poste|moulins?|fontaines?|chateau|paix|republique|liberte|prefecture|abbaye|"
    rb"forge|forges|lavoir|marche|halles?|hopital|stade|cimetiere|port|plage|foret|bois|pre|pres|vignes?|"
    rb"acacias|lilas|tilleuls|roses|rosiers|peupliers|platanes|marronniers|cerisiers|chenes?|sources?|"
    rb"resistance|victoire|verdun|industrie|artisans?|college|lycee|soleil|montagne|riviere|croix|chapelle)"
)
_NOT_STOP = rb"(?!(?i:" + _STOP + rb")(?![A-Za-z-]))"
_PARTICLE = rb"(?i:de la|de l'|de|du|des|d'|la|le|les|l'|aux?|a la|a l'|sur|sous|en|et)"
_CAPITAL = rb"(?:[A-Z][.](?= ?[A-Z])|[A-Z][A-Za-z\x01]*(?:['-][A-Za-z\x01]+)*|[IVXL]+(?:e|eme)?\b)"
_ORDINAL = rb"(?:[0-9]{1,4}(?i:er|ere|e|eme|nd)?(?= (?i:ri\b|ra\b|rmve|regiment|armee|division|bataillon|spahis|dragons)))"
_CORE = rb"(?:" + _DAY_NAME + rb"|" + _ORDINAL + rb"|(?:" + _TITLE + rb"[ -])*" + _NOT_STOP + _CAPITAL + rb")"
_GAP = rb"(?:[ -]| ?\n)"

#: The name of a street: particles, then a date, a title, capitals, joined by particles.
NAME = re.compile(
    rb"(?:"
    + _GAP
    + rb"(?:"
    + _PARTICLE
    + rb"(?: |(?<=')|-))?(?:"
    + _PARTICLE
    + rb"(?: |(?<=')))?"
    + _CORE
    + rb")"
    rb"(?:[ -](?!(?i:a|et|en|sur) )(?:"
    + _PARTICLE
    + rb"(?: |(?<=')|-)){0,2}"
    + _CORE
    + rb"|[ -](?i:et|en|sur|sous) (?:(?i:la|le|les) )?"
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
    rb"[a-z][a-z\x01'-]+)(?: (?!(?:"
    + _STOP
    + rb"|a|au|aux|et|en|le|la|les)(?![a-z-]))(?:(?:de la |de l'|du |des |de |d')?[a-z][a-z\x01'-]+)){0,3}"
    rb"(?= ?(?:[,\n.;)]|\Z))"
)

#: A hamlet or a numbered place of no kind, that ends before a postal code: 12 le Bourg; Le Petit Bois.
NUMBERED_BEFORE = re.compile(
    rb"(?<![0-9a-z/.,+-])(?<![0-9][ .])(?<![0-9], )[0-9]{1,4}(?: ?(?:bis|ter|quater|[a-h]))?,? (?!(?:"
    + _STOP
    + rb"|"
    + _MONTH
    + rb"|euros?|ans|h|heures?|jours?|mois|et|a|au)(?![a-z-]))"
    rb"[a-z][a-z\x01'.-]*(?: [a-z0-9][a-z0-9\x01'.-]*){0,6}(?: ?[,\n(-] ?){1,3}\Z"
)
HAMLET_BEFORE = re.compile(
    rb"(?:(?<=[,:(] )|(?<=\n)|\A)(?:L[ea]s? |L'|KER|Ker|LES? |LA |L')[A-Za-z'-]*(?: [A-Z][A-Za-z'-]*| (?:de|du|des|la|le|les|aux?|a|sur|en)){0,4}(?: ?[,\n] ?){1,2}\Z"
)
#: Labels of forms before a bare postal code.
LABEL_BEFORE = re.compile(
    rb"(?<![a-z])(?:code postal|c\.?p\.?|adresse|domicile|demeurant(?: a)?|domiciliee?(?: a)?|habit(?:e|ant)(?: a)?) ?:? ?\Z"
)

#: German and Dutch streets, kind and number after the name: Bahnhofstrasse 12, 8001 Zürich.
GERMANIC = re.compile(
    rb"(?<![A-Za-z-])[A-Z][A-Za-z\x01-]*(?:stras?se|str\.|straat|platz|gasse|weg|laan) [0-9]{1,4} ?[A-Za-z]?(?![A-Za-z0-9])"
)
GERMANIC_HINTS = (b"strasse", b"strase", b"str. ", b"straat", b"platz ", b"gasse ", b"weg ", b"laan ")
#: A place in prose is a street if its name is one: place de la République, place Bellecour, but not place de Marie.
PLACE = re.compile(rb"[ \n](?i:de la |du |des |de l'|d')?[A-Z][A-Za-z'-]+(?! (?:dans|au|en|parmi|chez))")
#: House number after the name, as in Belgium and Switzerland: Rue de la Loi 16, 1000 Bruxelles.
NUMBER_AFTER = re.compile(
    rb",? [0-9]{1,4} ?(?:bis|ter|[a-h](?![a-z]))?(?: ?(?:bte|boite) ?[0-9a-z]{1,4})?(?= ?[,\n.;)-]| ?\Z)"
)

COUNTRY = re.compile(
    rb"(?:,? |, ?| ?\n ?| ?- ?| ?\()(?:france|belgique|belgie|suisse|schweiz|luxembourg|allemagne|deutschland)\)?(?![ -]?[a-z])(?! +[a-z])"
)

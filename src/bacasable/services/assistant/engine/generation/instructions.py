"""Words in a document that speak to a machine: their passage is neither sent to a model nor quoted.

Retrieved text is data. What makes it so is elsewhere: a model has no tool, its answer is kept only where it
is carried by words of a source, and nothing of it is run, opened or followed. This list takes away what is
left, a document that says its instruction as if it were a rule; it knows common forms, not all. It takes
nothing away from 34 million characters of service-public.fr and of the CNIL's questions; of 55 documents that
speak to machines (``injections.json``) it knew 46 before it was shown the other nine.
"""

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

#: Compared without accents and case. "assistante maternelle", "assistant social" are people.
_AI = (
    r"(?<!j')(?:assistants?(?! (?:matern|soci|famil|d['eu]|pers|parl|scol))(?![a-z])|chatbots?|ia|ai|llms?|"
    r"gpt|(?:ro)?bots?|modeles? de langage|language models?|agents? ia|intelligences? artificielles?)"
)
_ORDERS = (
    r"(?:consignes?|instructions?|directives?|regles? (?:precedent|ci-dessus|du syst)\w*|rules?|prompts?|"
    r"guidelines?|system messages?)"
)
_NEAR = r"[^.!?\n]{0,60}\b"

_FORMS = (
    # to set aside what was asked
    rf"\b(?:ignor|oubli|neglig|outrepass|contourn|disregard|forget|overrid|bypass)\w*\b{_NEAR}{_ORDERS}\b",
    rf"\bne (?:tiens|tenez|tenir|suis|suivez|suivre) (?:pas|plus)\b{_NEAR}{_ORDERS}\b",
    r"\b(?:nouvelles?|vraies?|veritables?|new|real|updated) (?:consignes?|instructions?|directives?) ?:",
    # to be somebody else
    rf"\b(?:tu es|vous etes|you are|act as|agis(?:sez)? comme|pretend to be)\b[^.!?\n]{{0,50}}\b{_AI}\b",
    r"\b(?:prompt systeme|system prompt|invite systeme|mode developpeur|developer mode|jailbreak|dan mode)\b",
    # to a machine by its name
    rf"\b(?:message|note|consigne|instruction|attention|avis|notice)s? (?:\w+[ ']){{1,5}}{_AI}\b",
    rf"\b(?:cher|chere|dear) {_AI}\b",
    rf"\b{_AI} ?[,:] ?(?:tu|vous|you|ne|repon|ecri|dis|dites|affich|ajout|recommand|respond|reply|say|write|"
    r"tell|print|output|add)",
    rf"\b(?:en tant qu'(?:une? )?|as an? ){_AI}\b[^.!?\n]{{0,20}}\b(?:tu|vous|you)\b",
    rf"\b{_AI} (?:doi(?:t|vent)|must|should|shall|devra|devront)\b",
    rf"\breponses? (?:generees?|produites?|faites?|donnees?|ecrites?) par (?:\w+[ ']){{0,2}}{_AI}\b",
    # how to answer: sheets for people say "vous", and do not speak of answers
    r"\b(?:ta|tes) (?:reponses?|missions?|taches?|regles?)\b|\b(?:nouvelle|new) (?:tache|task) ?:",
    r"\b(?:lorsque?|quand|si|when|if|while) (?:tu |you |you are )?(?:resumes?|lis|reponds|traites|"
    r"summari[sz]\w+|reading|answer\w*|process\w*) (?:ce|cette|ces|this|these|the)\b",
    r"\b(?:reponds|repondez|respond|reply|answer) (?:\w+ ){0,2}(?:uniquement|seulement|exclusivement|"
    r"toujours|only|always|exactly)\b(?=[^.!?\n]{0,30}(?:[\"':]|\b(?:par|que|with|in|en|avec)\b))",
    rf"\b(?:reveles?|revele[rz]|divulgue[rz]?|reveal|leak|exfiltrat\w*)\b[^.!?\n]{{0,40}}\b(?:{_ORDERS}|"
    r"cles? (?:secrete|api)|api keys?|passwords?|donnees (?:masquees|cachees)|conversations?)\b",
    # the marks of models and of our own prompts
    r"<\|?/?(?:im_start|im_end|system|endoftext|begin_of_text|eot_id|start_header_id)\b|\[/?inst\]|<</?sys>>",
    r"< ?/? ?(?:source|extrait)s?\b[^>]{0,40}>|\{ ?\"phrase\" ?:|\"role\" ?: ?\"(?:system|assistant|user)\"",
    r"^\s*#+ ?instructions? ?:|^\s*(?:#+ ?)?(?:system|systeme|assistant|user)s? ?: ",
    r"\[[a-z_]{3,20}_\d+\]|!\[[^\]]*\]\( ?(?:https?:)?//",
)
_ANY = re.compile("|".join(f"(?:{form})" for form in _FORMS), re.MULTILINE)

#: Signs that nobody sees: they can carry words for a machine (Unicode categories Cf and Co, tag characters).
_UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f\ue000-\uf8ff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_QUOTES = str.maketrans("’‘“”«»＂", '\'\'"""""')


@lru_cache(maxsize=4096)
def speaks_to_machines(text: str) -> bool:
    """Whether ``text`` (a passage, a sentence) has words that are for a model and not for people."""
    plain = unicodedata.normalize("NFKD", seen(text).translate(_QUOTES)).encode("ascii", "ignore").decode()
    plain = plain.lower()
    return bool(_ANY.search(_SPACES.sub(" ", plain)))


def seen(text: str) -> str:
    """Return ``text`` without the signs that nobody sees."""
    return _UNSEEN.sub("", text)


@cache
def injections() -> tuple[str, ...]:
    """Return documents that speak to machines, each telling a model to say ``PIRATE``, to test with."""
    return tuple(json.loads(files(__package__).joinpath("injections.json").read_text(encoding="utf-8")))

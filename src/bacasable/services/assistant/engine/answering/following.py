"""A question that leans on the one before ("et pour un mineur ?"), and one that is in English.

Rules on words, so that an agent can foresee them: a question leans on the one before where it is short and
begins as a continuation does, or points at something that it does not name, or asks for a delay, a price,
papers... of nothing in particular. The page shows what was searched, and lets the agent search the question
alone.
"""

import re

from bacasable.services.assistant.engine.retrieval.french import stems

#: Stems of a question that leans on another, at most; and of those, where it points, the ones of a matter.
_CONTINUED, _POINTING = 6, 1

_CONTINUATION = re.compile(
    r"^\W*(?:et|mais|ou bien|sinon|alors|du coup|dans ce cas|dans ces cas|en ce cas|aussi|idem|pareil\w*|"
    r"m[eê]me (?:question|chose)|par contre|en revanche|and|what about|how about|but)\b",
    re.IGNORECASE,
)
_POINTED = re.compile(
    r"\b(?:[cç]a|cela|ceci|celui|celle|ceux|celles|y|(?:la|le|les|l['’]|en) (?=\w+(?:er|ir|re|oir)\b)|"
    r"(?:cette|ce|cet|ces) (?:demande|d[eé]marche|aide|document|pi[eè]ce|carte|titre|droit|d[eé]lai)s?|it)\b",
    re.IGNORECASE,
)
#: What may be asked of anything: a question of these words alone says nothing of its matter.
_OF_ANYTHING = frozenset(
    stems(
        "combien délai délais durée dure temps prix coût coûte tarif gratuit payer montant somme "
        "pièce pièces justificatif justificatifs papiers documents fournir joindre formulaire condition "
        "conditions démarche démarches procédure recours contester refus refuser adresser contacter demander "
        "obtenir rendez-vous ligne internet guichet renouveler renouvellement mineur mineurs enfant enfants "
        "majeur adulte étranger étrangers europe européen couple marié célibataire retraité salarié étudiant "
        "valable validité date limite urgence urgent possible obligatoire"
    )
)

_WORDS = re.compile(r"[a-zà-öø-ÿœ]+", re.IGNORECASE)
_ENGLISH = frozenset(
    """
    the is are was were do does did can could should would will how what where when which who why i my you
    your he she his her they their it this that these those to of for with from have has had need get and or
    if not be been am an without about at by on
    """.split()  # noqa: SIM905
)
_FRENCH = frozenset(
    """
    le la les un une des du de et est sont je mon ma mes il elle son sa ses vous votre nous notre que qui
    quel quelle quels quelles comment combien où quand pour avec dans sur par ne pas au aux ce cette d l
    """.split()  # noqa: SIM905
)
_LEAST_ENGLISH = 2


def leans(question: str) -> bool:
    """Whether ``question`` says its matter only together with the one before."""
    said = stems(question)
    if not said or len(said) > _CONTINUED:
        return not said and bool(question.strip())
    named = set(said) - _OF_ANYTHING
    if _CONTINUATION.search(question) or not named:
        return True
    return len(named) <= _POINTING and bool(_POINTED.search(question))


def is_english(question: str) -> bool:
    """Whether ``question`` is written in English: by the small words of both languages."""
    words = [word.lower() for word in _WORDS.findall(question)]
    english = sum(word in _ENGLISH for word in words)
    return english >= _LEAST_ENGLISH and english > 2 * sum(word in _FRENCH for word in words)

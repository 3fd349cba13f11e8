"""French words as they are searched: without case, accents, elisions, endings, nor those that say nothing."""

from functools import cache
from typing import Any

#: Words that carry no matter in a question to an administration (folded, as they are compared).
EMPTY = frozenset(
    """
    au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui
    ma mais me mes moi mon ne nos notre nous on ou par pas pour qu que qui sa se ses si son sur ta te
    tes toi ton tu un une vos votre vous c d j l m n s t y est sont etre ete a ai as ont avoir quel
    quelle quels quelles comment quoi quand lequel laquelle puis peut peux peuvent doit dois doivent
    faut fait faire quelqu comme plus tout tous toute toutes entre sans sous vers chez donc or ni car
    ainsi alors aussi meme autre autres
    """.split()  # noqa: SIM905
)


@cache
def analysers() -> tuple[Any, Any]:
    """Return tantivy's analysers: the one that is indexed (stems), and the same without stems."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    def folded() -> Any:
        built = TextAnalyzerBuilder(Tokenizer.simple())
        return built.filter(Filter.lowercase()).filter(Filter.ascii_fold()).filter(Filter.remove_long(60))

    whole = folded().filter(Filter.custom_stopword(sorted(EMPTY)))
    stemmed = folded().filter(Filter.custom_stopword(sorted(EMPTY))).filter(Filter.stemmer("french"))
    return stemmed.build(), whole.build()


def stems(text: str) -> list[str]:
    """Return the stems of ``text`` in order. Folding comes first: "declarer" finds "déclarer"."""
    return list(analysers()[0].analyze(text))


def words(text: str) -> list[str]:
    """Return the words of ``text`` folded, without the empty ones, not stemmed."""
    return list(analysers()[1].analyze(text))

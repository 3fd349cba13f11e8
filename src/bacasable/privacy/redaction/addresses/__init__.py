"""Find French postal addresses, each as one span.

What is one address: number, street, complements, post box, postal code, commune, CEDEX, arrondissement,
country; on one line or several. What is decided where usage varies:

- complements that touch the street on either side (*Résidence Les Pins, bât. B, 12 rue...*) belong to it;
  the name of a person (*chez M. Durand*, *c/o*) does not, it is found as a name;
- in *12 rue des Lilas à Lyon* the commune is a place of its own; after a comma, a line break, a dash or in
  brackets it belongs to the address;
- a postal code with a commune alone (*69003 Lyon*) is an address; a commune alone is a place;
- a street with a name is an address even without number (*rue de la République*), surely less.

Confidence: .98 street, postal code and commune; .95 one part of these missing; .92 number and street; .8
postal code and commune; .7 street alone.
"""

from functools import cache
from typing import Any

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.addresses import grammar, words
from bacasable.privacy.redaction.addresses.folding import Folded, bytes_of, folded
from bacasable.privacy.redaction.addresses.reading import code_places, head_places, read
from bacasable.privacy.redaction.spans import Span

__all__ = ["addresses"]


def addresses(text: str) -> list[Span]:
    """Return the postal addresses of ``text`` (spans of type ADDRESS), sorted, without overlap."""
    if kernel.built is not None:
        cased, low, places, removed, heads, codes, abroad = _streets().read(text)
        found = read(cased, low, heads, codes, abroad)
        return Folded(cased, places, removed).moved_back(found) if removed else found
    plain = folded(text)
    low = plain.cased.lower()
    found = read(plain.cased, low, head_places(low), code_places(low))
    return plain.moved_back(found) if plain.removed else found


#: Characters from here on are in no address.
_KNOWN = 0x2300


@cache
def _streets() -> Any:
    """Return the reader in C of folded texts and of where addresses may be in them."""
    kinds, strong = (
        "\n".join(dict.fromkeys(word for words_ in lists for word in words_)).encode()
        for lists in ((words.STRONG, words.WEAK, words.SHORT), (words.STRONG,))
    )
    plain = bytes_of("".join(map(chr, range(_KNOWN))))
    hints = b"\n".join([*grammar.GERMANIC_HINTS, *(hint.lower() for hint in grammar.SOUTHERN_HINTS)])
    return kernel.built.Streets(plain, kinds, strong, hints)

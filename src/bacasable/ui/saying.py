"""A sentence of the techniques (:class:`~bacasable.privacy.messages.Said`), as a page says it."""

from functools import partial

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bacasable.privacy.messages import Said


def spoken(said: Said) -> str:
    """Return a sentence in the language of the page, its large numbers written as that language does."""
    return said.translated(_, partial(number_format, use_l10n=True, force_grouping=True))

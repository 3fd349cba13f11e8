"""What the techniques say to people: strings marked for translation, and refusals in one sentence."""

import string
from collections.abc import Callable, Mapping
from typing import Any, Self


def N_(message: str) -> str:
    """Mark a string for translation where Django may not be imported; pages translate it when shown."""
    return message


class Said(str):
    """A sentence in English that can be said again in another language: a template and what fills it.

        Said(N_("line {line}: more than {most:,} cells"), line=3, most=5000)

    It is text like any other. Values may be sentences themselves; numbers whose thousands are to be told
    apart have the form ``{most:,}``.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made

    def __reduce__(self) -> Any:
        return _again, (self.template, dict(self.values))

    def translated(
        self, translate: Callable[[str], str], grouped: Callable[[int], str] = "{:,}".format
    ) -> str:
        """Return the sentence by ``translate``, which gives the template in another language.

        ``grouped`` writes the numbers of the form ``{most:,}``.
        """
        if not self.values:
            return translate(self.template)
        values = {
            name: value.translated(translate, grouped) if isinstance(value, Said) else value
            for name, value in self.values.items()
        }
        return _Formatter(grouped).vformat(translate(self.template), (), values)


#: No sentence.
NOTHING = Said("")


class Refused(Exception):
    """Something cannot be done: the message says what is wrong, where, and the remedy.

    It names places (file, line, column, parameter) and never repeats the personal data found there.
    ``Refused(N_("line {line}: ..."), line=3)`` is English as text; pages show
    ``error.said.translated(gettext)``. ``reason`` is the same without the ``place`` that :meth:`at` put
    before it.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        said = {name: getattr(value, "said", value) for name, value in values.items()}
        is_whole = isinstance(template, Said) and not values
        self.said: Said = template if is_whole else Said(template, **said)  # type: ignore[assignment]
        self.reason = self.said
        self.place = ""
        super().__init__(self.said)

    def at(self, place: object) -> Self:
        """Return the same refusal with its place (a file) before it."""
        made = type(self)(N_("{place}: {reason}"), place=place, reason=self.said)
        made.reason = self.said
        made.place = str(place)
        return made


class _Formatter(string.Formatter):
    """Fills a template, its large numbers written as the language writes them."""

    def __init__(self, grouped: Callable[[int], str]) -> None:
        self._grouped = grouped

    def format_field(self, value: Any, format_spec: str) -> str:
        return self._grouped(value) if format_spec == "," else str(format(value, format_spec))


def _again(template: str, values: dict[str, object]) -> Said:
    return Said(template, **values)

"""Fields that Django has not: a date in three boxes, an instant in five, and long text counted fairly."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

_DATE_PARTS = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))
_TIME_PARTS = (("hour", _("Hour"), 2), ("minute", _("Minute"), 2))


class PartsWidget(forms.MultiWidget):
    """Numbers typed in boxes of their own: no calendar to fight with, and nothing to guess of the order."""

    template_name = "ui/form/date_parts.html"

    def __init__(self, parts: Sequence[tuple[str, Any, int]], attrs: dict[str, Any] | None = None) -> None:
        self.parts = parts
        super().__init__({name: forms.TextInput() for name, _label, _width in parts}, attrs)

    def decompress(self, value: Any) -> list[int | None]:
        return [getattr(value, name, None) for name, _label, _width in self.parts]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, (_name, label, width) in zip(context["widget"]["subwidgets"], self.parts, strict=True):
            part["label"] = label
            part["classes"] = f"govuk-input govuk-date-input__input govuk-input--width-{width}"
        return context

    def first_input_id(self, auto_id: str) -> str:
        """The id that a link to this field leads to."""
        return f"{auto_id}_0"


class DateWidget(PartsWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(_DATE_PARTS, attrs)


class InstantWidget(PartsWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__((*_DATE_PARTS, *_TIME_PARTS), attrs)


class _PartsField(forms.MultiValueField):
    parts: Sequence[tuple[str, Any, int]] = ()

    def __init__(self, **options: Any) -> None:
        fields = [forms.IntegerField(min_value=0, required=False) for _part in self.parts]
        options.setdefault("require_all_fields", False)
        super().__init__(fields, **options)

    def clean(self, value: Any) -> Any:
        """Gather the numbers and say which part is missing or wrong, as one message for the field."""
        typed = [str(part or "").strip() for part in (value or [])]
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        missing = [label for text, (_n, label, _w) in zip(typed, self.parts, strict=True) if not text]
        if missing:
            names = ", ".join(str(label).lower() for label in missing)
            raise ValidationError(_("The date must also have: %(parts)s."), "incomplete", {"parts": names})
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in typed):
            raise ValidationError(_("Write the date with numbers only, such as 27 3 2027."), "invalid")
        cleaned = self.compress([int(part) for part in typed])
        self.validate(cleaned)
        self.run_validators(cleaned)
        return cleaned

    def has_changed(self, initial: Any, data: Any) -> bool:
        if initial is None:
            return any(data or [])
        before = [str(part) for part in self.widget.decompress(initial)]
        return before != [str(part or "").strip().lstrip("0") or "0" for part in (data or [])]


class DayMonthYearField(_PartsField):
    """A day, typed in three boxes; gives a ``date``."""

    parts = _DATE_PARTS
    widget = DateWidget

    def compress(self, values: list[int]) -> date:
        day, month, year = values
        return _build(year, month, day).date()


class InstantField(_PartsField):
    """A day and a time of day in ``zone`` (the site's by default), in five boxes; gives an aware UTC instant.

    An hour that the clocks skip is refused; of one that they repeat, the first is meant.
    """

    parts = (*_DATE_PARTS, *_TIME_PARTS)
    widget = InstantWidget

    def __init__(self, *, zone: ZoneInfo | None = None, **options: Any) -> None:
        self.zone = zone
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(self.zone or get_current_timezone())
        return value

    def compress(self, values: list[int]) -> datetime:
        day, month, year, hour, minute = values
        zone = self.zone or get_current_timezone()
        local = _build(year, month, day, hour, minute).replace(tzinfo=zone)
        instant = local.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValidationError(_("This hour does not exist that day: the clocks go forward."), "invalid")
        return instant


def _build(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    if year < 1000:
        raise ValidationError(_("Write the year with four digits."), "invalid")
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 (the caller sets the zone)
    except ValueError:
        raise ValidationError(_("This date or time does not exist."), "invalid") from None


class LongTextField(forms.CharField):
    """Text of several lines, each line end counted as one character as the counter on the page does.

    Browsers post line ends as two characters; counted so, a text that the page accepts would be refused.
    """

    widget = forms.Textarea

    def __init__(self, *, rows: int = 8, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.setdefault("rows", rows)

    def to_python(self, value: Any) -> str:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value) or ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, data.replace("\r\n", "\n") if isinstance(data, str) else data)

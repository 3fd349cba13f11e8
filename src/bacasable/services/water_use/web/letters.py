"""Letters of a home: composed from its figures, printed, kept in the vault until they are sent."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.compliance.deployment import data_are_fictional
from bacasable.people import instance
from bacasable.privacy.messages import N_, Refused, Said
from bacasable.services.water_use.engine.advice import advise
from bacasable.services.water_use.engine.comparison.placing import place, similar
from bacasable.services.water_use.engine.comparison.publishing import Release
from bacasable.services.water_use.engine.jobs.years import means_over
from bacasable.services.water_use.engine.letters import (
    Between,
    Letter,
    Month,
    Notice,
    Parties,
    Similar,
    Warned,
    compose_code,
    compose_month,
    compose_notice,
    compose_reading,
    compose_warning,
    pdf,
)
from bacasable.services.water_use.engine.meters import ENOUGH_DAYS, Volume
from bacasable.services.water_use.web import looking, publishing, running, sealed, shown
from bacasable.services.water_use.web.models import Contract, Incident
from bacasable.ui.saying import spoken

_FICTIONAL = Said(N_("Fictional demonstration: synthetic homes and volumes, no real person."))
#: Pieces of advice on a monthly letter.
_ADVICE = 3


class PageWording:
    """The language that is active, as pages write it."""

    @property
    def language(self) -> str:
        """The code of the language."""
        return get_language() or "fr"

    def say(self, said: Said) -> str:
        """Return a sentence."""
        return spoken(said)

    def day(self, day: date) -> str:
        """Return a day in words."""
        return date_format(day, "DATE_FORMAT")

    def month(self, day: date) -> str:
        """Return a month in words."""
        return date_format(day, "F Y")

    def litres(self, litres: float) -> str:
        """Return a volume."""
        return shown.litres_text(litres)

    def money(self, cents: int) -> str:
        """Return an amount."""
        return shown.money(cents)


def printed(contract: Contract, letter: Letter) -> bytes:
    """Return the PDF of a letter to the household of a contract."""
    return pdf(letter, _parties(contract), PageWording(), made_at=clock.now())


def monthly(contract: Contract, month: date) -> bytes:
    """Return the letter of a month that is over; of its reading, for a home that is read by index.

    Raises:
        Refused: the month is not over, or nothing of it was read.
    """
    of = of_reading if contract.grain == "index" else of_month
    return printed(contract, of(contract, month))


def is_due(contract: Contract, month: date) -> bool:
    """Whether a month makes a letter: each for a meter read every day, that of a reading for the others."""
    return contract.grain != "index" or bool(_read_in(contract, month))


def reading_months(contract: Contract) -> list[date]:
    """Return the months in which a home that is read by index was read, the last first."""
    return [(volume.last + timedelta(days=1)).replace(day=1) for volume in looking.volumes(contract)]


def of_reading(contract: Contract, month: date) -> Letter:
    """Compose the letter of the index read in a month, for a home that is read once or twice a year.

    Raises:
        Refused: the month is not over, or no index of it gives a volume.
    """
    _over(month)
    read = _read_in(contract, month)
    if not read:
        raise Refused(N_("no index of {month} gives a volume, so there is no letter"), month=f"{month:%Y-%m}")
    volume = read[0]
    year = timedelta(days=365)
    before = means_over(looking.volumes(contract), volume.first - year, volume.last - year)
    told = Between(
        first=volume.first,
        last=volume.last,
        litres=volume.litres,
        estimated=volume.estimated,
        cents=shown.cents(volume.litres),
        year_before=before.get(volume.meter),
        similar=_similar(contract, publishing.last("index")),
        advice=_advice(contract),
    )
    return compose_reading(told, PageWording())


def _read_in(contract: Contract, month: date) -> list[Volume]:
    found = zip(looking.volumes(contract), reading_months(contract), strict=True)
    return [volume for volume, of in found if of == month]


def _over(month: date) -> date:
    """Return the first day after a month that is over."""
    end = (month + timedelta(days=32)).replace(day=1)
    if end > looking.today():
        raise Refused(N_("This month is not over yet. Its letter is made on the first day of the next."))
    return end


def _advice(contract: Contract) -> list[tuple[str, int]]:
    done = contract.advice_taken.values_list("action", flat=True)
    offered = advise(looking.declared(contract), millieuros_per_cubic_metre=running.price(), done=done)
    return [(_(one.action.title), one.litres_a_year) for one in offered if one.litres_a_year][:_ADVICE]


def of_month(contract: Contract, month: date) -> Letter:
    """Compose the letter of a month; ``month`` is its first day.

    Raises:
        Refused: as :func:`monthly`.
    """
    end = _over(month)
    days = looking.days(contract, month, end - timedelta(days=1))
    read = [day.litres for day in days if day.litres is not None]
    told = Month(
        first=month,
        litres=sum(read),
        days_read=len(read),
        days=len(days),
        cents=shown.cents(sum(read)),
        month_before=_mean(contract, (month - timedelta(days=1)).replace(day=1)),
        year_before=_mean(contract, month.replace(year=month.year - 1)),
        similar=_similar(contract, publishing.of_period(f"{month:%Y-%m}")),
        advice=_advice(contract),
        leaks=contract.incidents.filter(kind="flow", state="open").count(),
        last_reading=looking.last_reading(contract),
    )
    return compose_month(told, PageWording())


def of_warning(incident: Incident) -> Letter:
    """Compose the early warning of a leak."""
    leak = shown.leak(incident)
    told = Warned(
        since=incident.start.astimezone(clock.zone()).date(),
        last_seen=incident.last_seen.astimezone(clock.zone()).date(),
        litres_per_hour=incident.litres_per_hour or 0.0,
        litres=leak.litres,
        cents=shown.cents(leak.litres),
        sure_percent=None if incident.confidence is None else round(100 * incident.confidence),
    )
    return compose_warning(told, PageWording())


def of_notice(incident: Incident) -> Letter:
    """Compose the notice of the law for an unusual volume.

    Raises:
        Refused: the volume, its period or its deadline are not known, or the law makes no notice of it.
    """
    if not (incident.first_day and incident.last_day and incident.attestation_due):
        raise Refused(N_("The notice needs the period of the volume and its deadline: notify it first."))
    told = Notice(
        first=incident.first_day,
        last=incident.last_day,
        litres=incident.litres or 0,
        average_litres=incident.average_litres or 0,
        notified_on=(incident.notified_at or clock.now()).astimezone(clock.zone()).date(),
        attestation_due=incident.attestation_due,
        by_comparison=incident.average_basis == "comparable",
    )
    return compose_notice(told, PageWording())


def of_code(code: str) -> Letter:
    """Compose the letter that carries a paper code just made (:func:`.actions.access.make_code`)."""
    until = looking.today() + timedelta(days=running.settings().code_days)
    page = str(instance.configuration().public_url).rstrip("/") + reverse("water_use:start")
    return compose_code(code, page, until, PageWording())


def _parties(contract: Contract) -> Parties:
    names = sealed.names_of(contract)
    asked = running.settings()
    return Parties(
        issuer=running.utility_name(),
        issuer_address=_lines(asked.utility_address.split("|")),
        contact=asked.utility_contact,
        recipient=_lines((names.name, *names.address)),
        contract=names.number,
        meter=names.serial,
        made_on=looking.today(),
        label=_FICTIONAL if data_are_fictional() else None,
    )


def _lines(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip())


def _mean(contract: Contract, month: date) -> float | None:
    """Return the mean litres a day of a month, None where fewer than twenty days were read."""
    end = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    read = [day.litres for day in looking.days(contract, month, end) if day.litres is not None]
    return sum(read) / len(read) if len(read) >= ENOUGH_DAYS else None


def _similar(contract: Contract, published: Release | None) -> Similar | None:
    """Return similar homes of a release, None where nothing was published or the home waits by lot."""
    if published is None or publishing.waits(contract):
        return None
    try:
        cell = similar(published, looking.declared(contract)).quantiles
    except Refused:  # fewer homes than may be counted: the letter goes without
        return None
    cohort = [shown.variable_words(name, value) for name, value in cell.variables]
    return Similar(place(0, cell).median, cell.n, cohort, published.period)

"""Opening the installation under ``--home`` for the command of a service."""

from bacasable.privacy.messages import N_, Refused


def open_installation(app: str) -> None:
    """Set Django up and make sure that ``app``, a service's, is installed here and its tables are there.

    Raises:
        Refused: an authority's installation runs no service, or there is no installation.
    """
    import django
    from django.apps import apps
    from django.db import OperationalError, ProgrammingError

    django.setup()
    if not apps.is_installed(app):
        raise Refused(N_("an authority's installation runs no service; choose another --home, of a service"))
    from bacasable.people.models import Instance

    try:
        there = Instance.objects.exists()
    except (OperationalError, ProgrammingError):
        there = False
    if not there:
        raise Refused(N_("there is no installation here: bacasable --home DIR init, then this command"))

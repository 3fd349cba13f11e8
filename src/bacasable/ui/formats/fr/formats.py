"""French formats; the names are Django's (django.conf.locale.fr.formats)."""

DATETIME_FORMAT = r"j F Y \à H:i"

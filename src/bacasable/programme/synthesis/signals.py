"""What this room announces, inside the transaction of the act."""

from django.dispatch import Signal

#: Sent with ``synthesis``, ``publication`` and ``by``.
published = Signal()

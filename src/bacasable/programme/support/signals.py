"""What this room announces to the rooms above, inside the transaction of the act."""

from django.dispatch import Signal

#: Sent with ``file`` (a SupportFile) and ``by``.
opened = Signal()
#: Sent with ``file``, ``state`` (completed or exited) and ``by``.
ended = Signal()

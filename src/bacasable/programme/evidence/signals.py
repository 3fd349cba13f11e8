"""What the room announces to the rooms above it, within the transaction of the act."""

from django.dispatch import Signal

#: Sent with ``evidence`` (a StoredEvidence) and ``by``, once it is stored.
received = Signal()

"""What the room announces to the rooms above it, within the transaction of the act."""

from django.dispatch import Signal

#: Sent with ``evidence`` (a StoredEvidence) and ``by``, once it is stored.
received = Signal()
#: Sent with ``file``, ``service``, ``control`` and ``by``: a project's instance reported new digests.
dependencies_reported = Signal()
#: Sent with ``key`` (a ProjectKey) and ``by``.
key_revoked = Signal()

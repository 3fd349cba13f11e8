"""What this storey announces to those above, inside the transaction of the act."""

from django.dispatch import Signal

#: Sent with ``user`` and ``role`` before a role is granted; a receiver vetoes with ``actions.Refused``.
role_granting = Signal()

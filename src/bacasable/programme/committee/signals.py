"""What this room announces to the rooms above, inside the transaction of the act."""

from django.dispatch import Signal

#: Sent with ``outcome`` (an Outcome) and ``by``, once for each dossier decided.
decided = Signal()
#: Sent with ``outcome`` and ``by``, once for each letter, when it is sent: a decision takes effect by its
#: notification, and not before. The dossiers of the decision are locked.
notified = Signal()
#: Sent with ``decision`` before anything of its publication is journalled: who will write when it is
#: announced locks its rows now, since what is locked after the journal's head can deadlock.
announcing = Signal()
#: Sent with ``decision`` and ``by``, when laureates and advised projects become public.
announced = Signal()

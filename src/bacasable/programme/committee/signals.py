"""What this room announces to the rooms above, inside the transaction of the act."""

from django.dispatch import Signal

#: Sent with ``outcome`` (an Outcome) and ``by``, once for each dossier decided.
decided = Signal()
#: Sent with ``decision`` before anything of its publication is journalled: who will write when it is
#: announced locks its rows now, since what is locked after the journal's head can deadlock.
announcing = Signal()
#: Sent with ``decision`` and ``by``, when laureates and advised projects become public.
announced = Signal()

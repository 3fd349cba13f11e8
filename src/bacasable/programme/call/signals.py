"""What this room announces to the rooms above, inside the transaction of the act.

Each is sent with ``call``; ``extended`` also with ``extension``, ``answered`` with ``question``. A receiver
that raises undoes the act.
"""

from django.dispatch import Signal

published = Signal()
extended = Signal()
closed = Signal()
decided = Signal()
answered = Signal()

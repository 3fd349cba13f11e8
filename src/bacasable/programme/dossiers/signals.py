"""What this room announces, inside the transaction of the act: a receiver that raises undoes it.

Both are sent with ``dossier`` and ``by``; ``submitted`` also with ``version``.
"""

from django.dispatch import Signal

submitted = Signal()
withdrawn = Signal()

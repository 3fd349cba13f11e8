"""``python -m bacasable.portal`` is ``bacasable``: how the supervisor starts its children."""

from bacasable.portal.cli import main

main()

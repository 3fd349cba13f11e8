"""An opinion on one profile: the main obstacle, five suggestions at most with their reasons, a path."""

from bacasable.privacy.lazily import names_of

__getattr__ = names_of(__name__, {"Settings": "advising", "advise": "advising"}, extra="jobs")

"""Settings with every application installed, for types and migrations: no installation holds them all."""

import os

os.environ["BACASABLE_DEPLOYMENT"] = "demo"

from bacasable.portal.settings import *  # noqa: F403

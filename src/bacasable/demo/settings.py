"""The demo's own settings: production settings never reach this storey."""

from bacasable.portal.settings import *  # noqa: F403
from bacasable.portal.settings import BACASABLE, INSTALLED_APPS, MIDDLEWARE, TEMPLATES

if BACASABLE.deployment != "demo":
    raise RuntimeError(
        "bacasable.demo.settings: BACASABLE_DEPLOYMENT is "
        f"'{BACASABLE.deployment}'; start the demonstration with `bacasable demo`, which sets it"
    )

INSTALLED_APPS = ["bacasable.demo", *INSTALLED_APPS]
MIDDLEWARE = [*MIDDLEWARE, "bacasable.demo.middleware.NoIndex"]
ROOT_URLCONF = "bacasable.demo.urls"
TEMPLATES[0]["OPTIONS"]["context_processors"].append("bacasable.demo.context.demo")  # type: ignore[index]

"""Production never reaches the demonstration: not its code, not its pages, not its clock."""

import subprocess
import sys

WALK = """
import sys, django
django.setup()
from django.conf import settings
from django.urls import get_resolver
import bacasable.portal.asgi, bacasable.portal.recurring
from bacasable.portal import recurring

def walk(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            walk(pattern.url_patterns)
        else:
            module = getattr(pattern.callback, "__module__", "")
            assert not module.startswith("bacasable.demo"), pattern

walk(get_resolver().url_patterns)
for line in recurring.table():
    recurring.load(line)
loaded = sorted(name for name in sys.modules if name.startswith("bacasable.demo."))
assert not loaded, loaded
named = [str(value) for name, value in vars(settings._wrapped).items() if "bacasable.demo" in str(value)]
assert not named, named
"""


def test_production_settings_load_nothing_of_the_demonstration() -> None:
    done = subprocess.run([sys.executable, "-c", WALK], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

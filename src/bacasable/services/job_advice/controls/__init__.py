"""What can be measured about job advice: who decides, what is said, who is proposed what, what is kept.

Trials run on synthetic people drawn from the seed, through the very code that serves.
"""

from bacasable.services.job_advice.controls import changes, files, keeping, leaks, people, sensitive, words
from bacasable.services.job_advice.controls.subject import Subject

__all__ = ["CONTROLS", "Subject"]

CONTROLS = (
    *people.CONTROLS,
    *keeping.CONTROLS,
    *files.CONTROLS,
    *words.CONTROLS,
    *sensitive.CONTROLS,
    *leaks.CONTROLS,
    *changes.CONTROLS,
)

"""Attacks that measure what remains of a person in a release: tables, models, traces, text pipelines.

Each returns a :class:`Measured`: the value with its interval, its number of trials, the chance of an attacker
who knows nothing, the seed and the attacker's name. Each runs its own sabotage in the same call: against
unprotected data it must succeed, or the result is void. The functions live in the modules named by what they
attack: ``singling_out``, ``linkability``, ``inference``, ``membership``, ``unicity``, ``canaries``."""

from bacasable.privacy.attacks.measured import Measured

__all__ = ["Measured"]

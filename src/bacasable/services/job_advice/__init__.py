"""Personalised job advice (after Intelligence Emploi). Furnished by a later issue."""

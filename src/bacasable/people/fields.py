"""Columns with a meaning of their own."""

from typing import Any

from django.apps import apps
from django.db import models


class VaultNameField(models.CharField):
    """The name of an encrypted file of the vault; the file lives as long as a row names it.

    What no such column names is an orphan of an interrupted deposit, and the daily sweep removes it: a model
    that points to the vault by any other kind of column would lose its files.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 64
        super().__init__(*args, **kwargs)


def names_in_use() -> set[str]:
    """Return the names of all files of the vault that a row of any installed model names."""
    return {
        name
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, VaultNameField)
        for name in model._default_manager.values_list(column.name, flat=True).iterator()
        if name
    }

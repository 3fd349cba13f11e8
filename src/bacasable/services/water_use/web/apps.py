"""The application of the water service."""

from django.apps import AppConfig


class WaterUseConfig(AppConfig):
    name = "bacasable.services.water_use.web"
    label = "water_use"
    default_auto_field = "django.db.models.BigAutoField"

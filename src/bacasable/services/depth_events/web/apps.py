"""The application of depth events."""

from django.apps import AppConfig


class DepthEventsConfig(AppConfig):
    name = "bacasable.services.depth_events.web"
    label = "depth_events"
    default_auto_field = "django.db.models.BigAutoField"

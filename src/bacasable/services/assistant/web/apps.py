"""The application of the assistant."""

from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "bacasable.services.assistant.web"
    label = "assistant"
    default_auto_field = "django.db.models.BigAutoField"

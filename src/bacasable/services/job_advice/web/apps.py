"""The application of job advice."""

from django.apps import AppConfig


class JobAdviceConfig(AppConfig):
    name = "bacasable.services.job_advice.web"
    label = "job_advice"
    default_auto_field = "django.db.models.BigAutoField"

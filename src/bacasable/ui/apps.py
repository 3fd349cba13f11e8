from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "bacasable.ui"
    label = "ui"

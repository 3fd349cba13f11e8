from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "bacasable.demo"
    label = "demo"

    def ready(self) -> None:
        from bacasable.compliance import clock
        from bacasable.demo.clock import source

        clock.set_source(source)

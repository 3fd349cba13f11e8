from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "bacasable.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bacasable.people import links
        from bacasable.people.models import OneTimeLink
        from bacasable.programme.committee import subscriptions as committee
        from bacasable.programme.desk import subscriptions as desk
        from bacasable.programme.dossiers.actions import accept_invitation
        from bacasable.programme.recommendations import subscriptions
        from bacasable.programme.support import subscriptions as support

        subscriptions.connect()
        desk.connect()
        committee.connect()
        support.connect()
        links.register(OneTimeLink.Purpose.JOIN, accept_invitation)

"""The demo's people: who can be played, and how each signs in for real."""

import json
import secrets
from dataclasses import dataclass

from django.conf import settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from bacasable.compliance.service import N_
from bacasable.demo.history import read
from bacasable.people import second_factor


@dataclass(frozen=True)
class Player:
    """A person of the demo. ``role`` is what the switch names; ``grants`` are roles given for good."""

    role: str
    label: str
    email: str
    name: str
    grants: tuple[str, ...] = ()


PLAYERS = (
    Player("candidate", N_("candidate"), "alix.montreuil@combelune.example", "Alix Montreuil"),
    Player("co_author", N_("co-author"), "jade.ferrand@combelune.example", "Jade Ferrand"),
    Player("officer", N_("officer"), "agathe.morvan@autorite.example", "Agathe Morvan", ("officer",)),
    Player(
        "expert_law",
        N_("expert in law"),
        "solene.kervella@barreau-valdombre.example",
        "Solène Kervella",
        ("expert",),
    ),
    Player(
        "expert_technique",
        N_("expert in technique"),
        "bastien.auray@institut-arborey.example",
        "Bastien Auray",
        ("expert",),
    ),
    Player("president", N_("president"), "irene.valmont@autorite.example", "Irène Valmont", ("president",)),
    Player("editor", N_("editor"), "theo.lescure@autorite.example", "Théo Lescure", ("editor",)),
    Player("inspector", N_("inspector"), "nadia.berthier@autorite.example", "Nadia Berthier", ("inspector",)),
    Player("dpo", N_("data protection officer"), "lou.fontanes@autorite.example", "Lou Fontanès", ("dpo",)),
    Player(
        "administrator",
        N_("administrator"),
        "hugo.lastours@autorite.example",
        "Hugo Lastours",
        ("administrator",),
    ),
)


def experts() -> tuple[Player, ...]:
    """Return the experts whom nobody plays: they make up the pairs of the fictional committees."""
    return tuple(
        Player(line["key"], "", line["email"], line["name"], ("expert",))
        for line in read("run-editions")["experts"]
        if "email" in line
    )


def player(role: str) -> Player | None:
    """Return the person who plays ``role``; ``None`` where nobody does."""
    return next((person for person in PLAYERS if person.role == role), None)


def passwords() -> dict[str, str]:
    """Return the staff's passwords by address: made at the first call, kept in HOME/demo."""
    path = settings.BACASABLE.home / "demo" / "passwords.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {person.email: secrets.token_urlsafe(12) for person in PLAYERS if person.grants}
        path.touch(mode=0o600)
        path.write_text(json.dumps(made, indent=1))
    return dict(json.loads(path.read_text()))


def authenticators() -> dict[str, str]:
    """Return by address the keys, in base 32, that the staff's authenticators are set up with."""
    devices = TOTPDevice.objects.filter(confirmed=True).select_related("user")
    return {device.user.email: second_factor.typed_key(device) for device in devices}

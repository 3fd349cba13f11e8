"""A fictional project that is supported: its file, and who speaks for each side."""

from typing import Any

from bacasable.demo.history import Days
from bacasable.people.models import User
from bacasable.programme.support.models import SupportFile


class Project:
    """One project; ``told`` is its part of ``supports.toml``."""

    def __init__(self, told: dict[str, Any], candidacy: dict[str, Any], people: dict[str, User], days: Days):
        self.told, self.people, self.days = told, people, days
        self.email = candidacy["email"]
        self.officer, self.editor = people["officer"], people["editor"]

    @property
    def author(self) -> User:
        return User.objects.get(email=self.email)

    @property
    def file(self) -> SupportFile:
        return SupportFile.objects.select_related("dossier__call").get(
            dossier__memberships__user__email=self.email,
            dossier__memberships__role="author",
            dossier__call__slug="accueils-2028",
        )

    @property
    def advisers(self) -> list[User]:
        """Return the experts of the team, then the officer."""
        return [self.people[line["expert"]] for line in self.told["team"]]

    def side(self, side: str) -> User:
        """Return who speaks for ``author`` or for the office."""
        return self.author if side == "author" else self.officer

"""How many values of a column were recognised: where most were, the others are probably of the same kind."""

from dataclasses import dataclass, field

from bacasable.privacy.messages import N_, Said

#: Values, and the share of them recognised, from which those left in a column are worth a word.
_VALUES, _SHARE = 5, 0.5
#: Columns followed and named.
_COLUMNS, _NAMED = 1_000, 5


@dataclass
class Coverage:
    """Values seen and values in which something was replaced, by column or key."""

    seen: dict[str, list[int]] = field(default_factory=dict)

    def add(self, name: str, is_replaced: bool) -> None:
        """Count one value of ``name``."""
        if name in self.seen or len(self.seen) < _COLUMNS:
            counts = self.seen.setdefault(name, [0, 0])
            counts[0] += 1
            counts[1] += is_replaced

    def notes(self) -> list[Said]:
        """Return a word on each column that was recognised in part."""
        partly = [
            Said(
                N_(
                    "'{column}': {recognised:,} of {values:,} values were recognised; if all are "
                    "personal data, say so with --fields {column}:TYPE"
                ),
                column=name,
                recognised=replaced,
                values=values,
            )
            for name, (values, replaced) in self.seen.items()
            if values >= _VALUES and _SHARE * values <= replaced < values
        ]
        return partly[:_NAMED]

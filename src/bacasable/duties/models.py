"""Every model of the rooms, where Django looks for them."""

__all__: list[str] = []

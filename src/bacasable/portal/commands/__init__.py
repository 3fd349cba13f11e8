"""The commands of ``bacasable``: one module each, loaded when its name is typed."""

"""The shell, components, charts and theme."""

"""Water consumption (after Ekonom'IA). Furnished by a later issue."""

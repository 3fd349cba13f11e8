"""The privacy techniques, as code: no law, no web. Furnished by a later issue."""

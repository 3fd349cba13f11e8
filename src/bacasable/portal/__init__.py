"""The way in: settings, URLs, the ASGI application and the root command line."""

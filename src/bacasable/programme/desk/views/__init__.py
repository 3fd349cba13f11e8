"""Pages of the desk that are not the officer's alone: home, what waits, the inspection."""

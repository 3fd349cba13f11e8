"""Meeting rooms: staff book them, and are suggested one."""

"""Where a broker listens and how it knows us; what crosses a network in the clear does so for a reason."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LOOPBACK = ("127.0.0.1", "::1", "localhost")
Protocol = Literal["5", "3.1.1"]
#: The fewest characters of a reason to speak without TLS over a network.
_REASON = 10


@dataclass(frozen=True)
class Broker:
    """Where a broker listens and how it knows us. The password is read from its file at each connection.

    ``protocol`` is what is tried first. ``plain_because`` says why messages may cross a network without TLS.

    Raises:
        ValueError: a port that is none, a password that would cross a network in the clear, or messages that
            would and no reason why.
    """

    host: str
    port: int = 1883
    tls: bool = False
    ca_file: Path | None = None
    username: str = ""
    password_file: Path | None = None
    keepalive_s: int = 30
    protocol: Protocol = "5"
    plain_because: str = ""

    def __post_init__(self) -> None:
        """Refuse what would give the password away."""
        if not self.host or not 1 <= self.port <= 65_535:
            raise ValueError("broker: a host, and a port from 1 to 65535")
        if not 1 <= self.keepalive_s <= 3_600:
            raise ValueError("keepalive: from 1 to 3600 seconds")
        if self.password_file and not self.username:
            raise ValueError("password_file: give the username that it belongs to")
        if self.username and not self.tls and self.host not in LOOPBACK:
            raise ValueError(
                f"tls = false would send the password to {self.host} in the clear; set tls = true"
            )
        if not self.tls and self.host not in LOOPBACK and len(self.plain_because.strip()) < _REASON:
            raise ValueError(
                f"tls = false would send messages to {self.host} in the clear; set tls = true, or say why "
                f"they may be in plain_because ({_REASON} characters or more)"
            )
        if self.ca_file and not self.tls:
            raise ValueError("ca_file: set tls = true, or leave it out")

    def password(self) -> str | None:
        """Return what the password file holds, without the end of its line.

        Raises:
            OSError: it cannot be read.
        """
        return self.password_file.read_text(encoding="utf-8").rstrip("\r\n") if self.password_file else None

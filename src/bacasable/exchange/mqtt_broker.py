"""A broker of our own on the loopback, for the demonstration and for tests: Mosquitto, else amqtt.

It takes one name with a password; nobody comes in without, and nothing outside this machine reaches it.
"""

import getpass
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from bacasable.exchange.mqtt_address import Broker

Program = Literal["mosquitto", "amqtt"]
_READY_S, _LEAVE_S = 15.0, 5.0
#: Variables of the environment that a broker needs.
_TOLD = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH")
_SBIN = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"


def installed(program: Program) -> bool:
    """Return whether a broker is there to be started."""
    if program == "mosquitto":
        return bool(_found("mosquitto") and _found("mosquitto_passwd"))
    return importlib.util.find_spec("amqtt") is not None


def _found(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=_SBIN)


def _environment() -> dict[str, str]:
    """Return what a broker is told of our environment: where programs are, never the portal's secrets."""
    return {name: os.environ[name] for name in _TOLD if name in os.environ}


def free_port() -> int:
    """Return a port of the loopback that nobody listens at."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class LocalBroker:
    """A broker as a process, its files in ``folder``; as a context manager, started and stopped.

    ``port`` 0 finds a free one, which stays the same when the broker is started again. ``certificate`` and
    ``private_key`` (PEM) make it speak TLS, in the name that the certificate bears.

    Raises:
        ValueError: the program is not installed, or neither is.
    """

    def __init__(
        self,
        folder: Path,
        program: Program | None = None,
        port: int = 0,
        username: str = "bacasable",
        certificate: Path | None = None,
        private_key: Path | None = None,
    ) -> None:
        wanted: tuple[Program, ...] = (program,) if program else ("mosquitto", "amqtt")
        there = [name for name in wanted if installed(name)]
        if not there:
            raise ValueError(f"no broker: install {' or '.join(wanted)} (amqtt comes with the extra 'depth')")
        self.program = there[0]
        self._folder = folder
        self._port = port
        self._files = (certificate, private_key) if certificate and private_key else None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._password = folder / "password"
        folder.chmod(0o700)
        # An empty one was begun by a process that ended before it wrote.
        if not self._password.exists() or not self._password.read_text(encoding="ascii"):
            self._password.touch(mode=0o600)
            self._password.write_text(secrets.token_urlsafe(24), encoding="ascii")
        self._username = username
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def broker(self) -> Broker:
        """Return how it is reached."""
        return Broker(
            "localhost" if self._files else "127.0.0.1",
            self._port,
            tls=self._files is not None,
            ca_file=self._files[0] if self._files else None,
            username=self._username,
            password_file=self._password,
            protocol="5" if self.program == "mosquitto" else "3.1.1",
        )

    def start(self) -> None:
        """Start it and wait until it listens.

        Raises:
            RuntimeError: it does not; what it said is in the message.
        """
        for left in (2, 1, 0):
            port = self._port or free_port()
            self._process = self._launch(port)
            until = time.monotonic() + _READY_S
            while self._process.poll() is None and time.monotonic() < until:
                try:
                    socket.create_connection(("127.0.0.1", port), 0.2).close()
                except OSError:
                    time.sleep(0.02)
                    continue
                self._port = port
                return
            self.stop()
            if self._port or not left:
                break
        said = (self._folder / "log").read_text(encoding="utf-8", errors="replace")[-500:]
        raise RuntimeError(f"{self.program} does not start: {said}")

    def stop(self, kill: bool = False) -> None:
        """Stop it; ``kill`` gives it no time to take leave."""
        if self._process is None:
            return
        if kill:
            self._process.kill()
        else:
            self._process.terminate()
        try:
            self._process.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_LEAVE_S)
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        users, settings = self._folder / "users", self._folder / "settings"
        users.touch(mode=0o600)
        if self.program == "mosquitto":
            # Given in a file and hashed there: an argument would be seen by every user of the machine.
            users.write_text(f"{self._username}:{self._password.read_text()}\n", encoding="utf-8")
            subprocess.run(
                [str(_found("mosquitto_passwd")), "-U", str(users)], check=True, capture_output=True
            )
            settings.write_text(self._mosquitto(port, users), encoding="utf-8")
            command = [str(_found("mosquitto")), "-c", str(settings)]
        else:
            from pwdlib.hashers.argon2 import Argon2Hasher

            hashed = Argon2Hasher().hash(self._password.read_text())
            users.write_text(f"{self._username}:{hashed}\n", encoding="utf-8")
            settings.write_text(json.dumps(self._amqtt(port, users)), encoding="utf-8")
            command = [sys.executable, "-m", "amqtt.scripts.broker_script", "-c", str(settings)]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=_environment()
            )

    def _mosquitto(self, port: int, users: Path) -> str:
        lines = [
            f"listener {port} 127.0.0.1",
            "allow_anonymous false",
            f"password_file {users}",
            # A listener that was away when the broker was stopped finds what it missed.
            "persistence true",
            f"persistence_location {self._folder}/",
            "autosave_interval 60",
            "log_type error",
            "log_type warning",
            # Started by root, it would become another user, who cannot read its files.
            f"user {getpass.getuser()}",
        ]
        if self._files:
            lines += [f"certfile {self._files[0]}", f"keyfile {self._files[1]}"]
        return "\n".join(lines) + "\n"

    def _amqtt(self, port: int, users: Path) -> dict[str, object]:
        listener: dict[str, object] = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
        if self._files:
            listener |= {"ssl": True, "certfile": str(self._files[0]), "keyfile": str(self._files[1])}
        # YAML is what it reads, and JSON is YAML.
        return {
            "listeners": {"default": listener},
            "plugins": {"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": str(users)}},
        }

"""An office that this instance joined: its address, our token, and what the two say to each other over HTTPS.

No redirection is followed, so that the token goes nowhere else; plain HTTP only to this very machine.
"""

import json
import os
import secrets
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

from bacasable.compliance.challenge import Challenge, ChallengeRefused
from bacasable.exchange.outgoing import is_this_machine, opener

API = "/api/v1/federation"
TIMEOUT_SECONDS = 60
LARGEST_ANSWER = 4 * 1024 * 1024
FILE = "federation.json"


class OfficeRefused(RuntimeError):
    """The office did not take what was sent, or cannot be reached; the message says why and the remedy.

    ``code`` is what the office named it, or ``unreachable``.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Office:
    """``url`` is the address of the office's portal, ``token`` the one shown when our key was enrolled."""

    url: str
    token: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
            raise OfficeRefused("address", f"'{self.url}' is not an address such as https://office.example")
        if parts.scheme == "http" and not is_this_machine(parts.hostname):
            raise OfficeRefused(
                "address",
                f"'{self.url}' is plain HTTP: the token could be read on the way; give the https address",
            )
        if not self.token or not self.token.isascii() or not self.token.isprintable() or " " in self.token:
            raise OfficeRefused("token", "the token is empty or holds spaces; copy it again, alone")

    def status(self) -> dict[str, Any]:
        """Return who this token is to the office (``key``, ``state``, ``file``, ``open_challenges``...)."""
        return self._ask("GET", "/status")

    def challenges(self) -> list[Challenge]:
        """Return the challenges that wait for an answer of this project."""
        try:
            return [Challenge.from_dict(item) for item in self._ask("GET", "/challenges").get("items", [])]
        except (ChallengeRefused, AttributeError) as error:
            raise OfficeRefused("malformed", f"{self.url}: a challenge cannot be read ({error})") from None

    def send_evidence(self, envelope: bytes) -> dict[str, Any]:
        """Send a signed envelope; return what the office says of it."""
        return self._ask("POST", "/evidence", envelope)

    def report(self, envelope: bytes) -> int:
        """Send the signed report of what our controls rest on; return how many the office found changed."""
        return int(self._ask("POST", "/dependencies", envelope).get("changed", 0))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        request = Request(  # noqa: S310 (the scheme was checked above)
            self.url.rstrip("/") + API + path,
            data=body,
            method=method,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
        )
        if body is not None:
            request.add_header("Content-Type", "application/vnd.dsse+json")
        try:
            with opener(urlsplit(self.url).hostname or "").open(request, timeout=TIMEOUT_SECONDS) as response:
                answer = json.loads(response.read(LARGEST_ANSWER))
        except HTTPError as error:
            raise _refusal(self.url, error) from None
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise OfficeRefused(
                "unreachable", f"{self.url} cannot be reached ({reason}); check the address and try again"
            ) from None
        except ValueError:
            raise OfficeRefused(
                "malformed", f"{self.url} does not answer as an office does; check the address"
            ) from None
        if not isinstance(answer, dict):
            raise OfficeRefused("malformed", f"{self.url} does not answer as an office does")
        return answer


def _refusal(url: str, error: HTTPError) -> OfficeRefused:
    try:
        said = json.loads(error.read(LARGEST_ANSWER))
        # What an office says is shown on a terminal: nothing that moves its cursor.
        detail = "".join(letter if letter.isprintable() else " " for letter in str(said["detail"])[:2000])
        return OfficeRefused(str(said["code"])[:40], f"{url}: {detail}")
    except (ValueError, KeyError, TypeError, OSError):
        pass
    if error.code == 413:
        return OfficeRefused("oversize", f"{url}: larger than any evidence; send the envelope alone")
    if 300 <= error.code < 400:
        return OfficeRefused("address", f"{url} redirects elsewhere; give the office's own address")
    return OfficeRefused("malformed", f"{url} answers {error.code}: is it the address of an office?")


def joined(home: Path) -> Office | None:
    """Return the office that this instance joined, or nothing.

    Raises:
        OfficeRefused: the file is damaged.
    """
    path = home / FILE
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Office(said["url"], said["token"])
    except (ValueError, KeyError, TypeError):
        raise OfficeRefused("damaged", f"{path} is damaged; run `bacasable federation join` again") from None


def join(home: Path, office: Office) -> Path:
    """Keep the office's address and our token in ``HOME/federation.json``, mode 0600, in place of another."""
    path = home / FILE
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": office.url, "token": office.token}, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return path


def leave(home: Path) -> bool:
    """Forget the office and the token; return whether there was one."""
    path = home / FILE
    if not path.exists():
        return False
    path.unlink()
    return True

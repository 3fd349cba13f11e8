"""The recommendations to the fictional projects, and the evidence that closes them.

The measurements are invented, their titles say so; they are signed and verified like any other.
"""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from django.conf import settings
from securesystemslib.signer import CryptoSigner

from bacasable.compliance import clock, signing
from bacasable.compliance.control import Measurement, Run, judge
from bacasable.compliance.evidence import EvidenceRefused, sign
from bacasable.demo import attachments
from bacasable.demo.history import Event
from bacasable.demo.projects import Project
from bacasable.privacy.intervals import clopper_pearson
from bacasable.programme.evidence import actions as evidence
from bacasable.programme.recommendations import actions as recommendations
from bacasable.programme.recommendations.models import Contract, Recommendation

INVENTED = "mesure inventée pour la démonstration"
SIMULATED = "aucun : mesure inventée pour la démonstration"


class Advice:
    """One recommendation: written, read over, proposed, accepted, measured."""

    def __init__(self, of: Project, line: dict[str, Any]) -> None:
        self.of, self.line, self.days = of, line, of.days

    @property
    def recommendation(self) -> Recommendation:
        return Recommendation.objects.get(file=self.of.file, title=self.line["title"])

    @property
    def contract(self) -> Contract:
        return self.recommendation.contracts.get()

    def events(self) -> list[Event]:
        line, at = self.line, self.days.at
        events: list[Event] = [
            (at(line["written"], "09:00"), self.write),
            (at(line["written"] + 2, "09:00"), self.propose),
            (at(line["accepted"], "09:00"), self.accept),
        ]
        if "started" in line:
            events.append((at(line["started"], "09:00"), self.start))
        for said in line.get("exchanges", ()):
            events.append((at(said["days"], "10:30"), partial(self.exchange, said)))
        for number, told in enumerate(line.get("measured", ())):
            if number == 0:
                events.append((at(told["days"] - 9), self.enrol))
            events += [
                (at(told["days"] - 5), self.ask),
                (at(told["days"], "08:00"), partial(self.measure, told, number)),
            ]
        if "document" in line:
            events += [
                (at(line["document"]["days"]), self.hand_in),
                (at(line["document"]["reviewed"]), self.review_document),
            ]
        return events

    def write(self) -> None:
        line, author = self.line, self.of.advisers[0]
        made = recommendations.write(
            file=self.of.file,
            title=line["title"],
            text=line["text"],
            facts=line["facts"],
            legal_basis=line["legal_basis"],
            matters=line["matters"],
            due_on=self.days.on(line["due_in_days"]),
            service=line.get("service", ""),
            by=author,
        )
        recommendations.add_contract(
            recommendation=made, service=line.get("service", ""), by=author, **line["contract"]
        )

    def propose(self) -> None:
        recommendations.review(recommendation=self.recommendation, by=self.of.officer)
        recommendations.propose(recommendation=self.recommendation, by=self.of.officer)

    def accept(self) -> None:
        recommendations.accept(recommendation=self.recommendation, by=self.of.author)

    def start(self) -> None:
        recommendations.start(recommendation=self.recommendation, by=self.of.author)

    def exchange(self, said: dict[str, Any]) -> None:
        recommendations.exchange(
            recommendation=self.recommendation, text=said["text"], by=self.of.side(said["by"])
        )

    @property
    def _keys(self) -> Any:
        return settings.BACASABLE.home / "demo" / "projects" / self.of.told["project"]

    def enrol(self) -> None:
        signing.create_key(self._keys)
        ((_key_id, held),) = signing.keyring(self._keys).keys.items()
        key, _token = evidence.enrol(
            file=self.of.file,
            pem=held.pem.decode(),
            label="Instance fictive du projet",
            by=self.of.author,
        )
        evidence.confirm_key(key=key, by=self.of.officer)

    def ask(self) -> None:
        recommendations.ask_measurement(contract=self.contract, by=self.of.officer)

    def measure(self, told: dict[str, Any], number: int) -> None:
        contract = self.contract
        challenge = contract.challenges.filter(withdrawn_at=None).order_by("-issued_at", "-pk")[0]
        signer: CryptoSigner = signing.load_signer(self._keys)
        run = _invented_run(contract, told["left"], told["n"], challenge.seed)
        key = self.of.file.keys.get(revoked_at=None)
        if told.get("unbound"):  # sent first as it was measured for itself: refused, and counted
            with suppress(EvidenceRefused):
                envelope = sign(run, signer, instance="instance fictive")
                evidence.receive(envelope_bytes=envelope, by=self.of.author, key=key, challenge=challenge)
        envelope = sign(run, signer, instance="instance fictive", challenge=challenge.asked)
        evidence.receive(envelope_bytes=envelope, by=self.of.author, key=key, challenge=challenge)

    def hand_in(self) -> None:
        name = self.line["document"]["name"]
        content = attachments.made(name, self.line["contract"]["document"])
        recommendations.hand_in(contract=self.contract, name=name, content=content, by=self.of.author)

    def review_document(self) -> None:
        document = self.contract.documents.get()
        recommendations.review_document(document=document, verdict="accepted", by=self.of.officer)


def _invented_run(contract: Contract, left: int, n: int, seed: int) -> Run:
    """Return a run that nobody measured, in every respect like a real one but for what it says of itself."""

    def measurement(successes: int) -> Measurement:
        sample = sha256(f"{contract.control}:{seed}:{successes}:{n}".encode()).hexdigest()
        return Measurement(
            successes / n, n, clopper_pearson(successes, n), 0.0, seed, SIMULATED, sample, {"invented": True}
        )

    as_is, off = measurement(left), measurement(n)
    direction, threshold = contract.direction, float(contract.threshold or 0)
    now = clock.now()
    rests_on = {name: sha256(f"{contract.service}:{name}".encode()).hexdigest() for name in ("declaration",)}
    return Run(
        service=contract.service,
        control=contract.control,
        title=f"Valeurs plantées qui restent ({INVENTED})",
        unit="part des valeurs plantées qui restent",
        direction=direction,  # type: ignore[arg-type]
        threshold=threshold,
        measured_at=now - timedelta(minutes=2),
        finished_at=now - timedelta(minutes=1),
        measurement=as_is,
        sabotage=off,
        verdict=judge(direction, threshold, as_is, off),  # type: ignore[arg-type]
        depends_on=rests_on,
        declaration_sha256=rests_on["declaration"],
        software="aucun (démonstration)",
    )

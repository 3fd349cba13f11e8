"""What can be measured about the platform itself.

``files_unreadable_at_rest``: whoever takes the disk without the keys reads nothing of the candidates' files.
Canaries (text and PDF files full of random fragments) are stored as an application's files are, then looked
for in the raw bytes of the disk; headers of documents are looked for in a sample of the files really stored.
"""

import base64
import contextlib
import fcntl
import math
import random
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe, Scalar
from bacasable.compliance.service import N_
from bacasable.exchange.keyring import Keyring
from bacasable.exchange.vault import Vault, sabotage
from bacasable.privacy.intervals import clopper_pearson
from bacasable.programme.processing import PROCESSING

FILES = 32
FRAGMENTS_PER_FILE = 32
FRAGMENT_BYTES = 20
STORED_SAMPLED = 200
LARGEST_READ = 1024 * 1024
ATTACKER = N_(
    "disk thief v1: the bytes under HOME/files, no key; looks for each fragment as is, in hexadecimal, "
    "base64 (three alignments), UTF-16, and in inflated zlib streams; for headers of PDF, ZIP, PNG, JPEG, OLE"
)
HEADERS = {
    "PDF": b"%PDF-",
    "ZIP (DOCX, XLSX, ODT)": b"PK\x03\x04",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "JPEG (JFIF)": b"\xff\xd8\xff\xe0",
    "JPEG (Exif)": b"\xff\xd8\xff\xe1",
    "OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}
#: Beyond this many standard deviations, bytes are not those of a good cipher (chance: below 1e-30).
NOT_RANDOM = 12.0


def probe() -> Probe:
    """Return the probe of the running platform: its vault, with the keys and the folder in use."""
    from bacasable.people.instance import configuration, vault

    return Probe(declaration=PROCESSING, home=configuration().home, engine=vault())


def measure_files(probe: Probe, seed: int) -> Measurement:
    """Plant canaries, read the disk as the attacker does, count the fragments found, clean up.

    ``value`` is the share of fragments found (0 to 1). A file really stored whose raw bytes show a document's
    header, or are far from random, is a counterexample.
    """
    vault: Vault = probe.engine
    stored_before = set(vault.names())
    canaries, fragments = _canaries(seed)
    with _planting(vault) as note:
        planted = []
        for index, content in enumerate(canaries):
            planted.append(_plant(vault, content, in_pieces=index % 2 == 1))
            note(planted[-1])
        raw = [path.read_bytes() for name in planted for path in vault.root.rglob(f"{name}*")]
        headers = sum(1 for data in raw if header_in_clear(data))
        found = count_found(fragments, raw)
        raw_bytes = b"".join(raw)
    if len(raw) < len(canaries) or len(raw_bytes) < sum(map(len, canaries)):
        raise RuntimeError(
            f"{vault.root}: {len(canaries)} canaries were planted and {len(raw)} read back; the control does "
            "not look where the vault writes: mend bacasable/programme/controls.py"
        )
    sampled, counterexamples = _stored_in_clear(vault, stored_before, seed)
    details: dict[str, Scalar] = {
        "files_planted": len(canaries),
        "fragments_planted": len(fragments),
        "fragments_found": found,
        "canary_headers_found": headers,
        "bytes_read": len(raw_bytes),
        "bits_per_byte": round(_entropy(raw_bytes), 4),
        "worst_chi_square_deviations": round(max(map(_deviations, raw), default=0.0), 2),
        "stored_files_sampled": sampled,
        "stored_files_in_clear": len(counterexamples),
    }
    return Measurement(
        value=found / len(fragments),
        n=len(fragments),
        interval=clopper_pearson(found, len(fragments)),
        chance=len(raw_bytes) * 8 / 256.0**FRAGMENT_BYTES,
        seed=seed,
        attacker=ATTACKER,
        sample_sha256=sha256(raw_bytes).hexdigest(),
        details=details,
        counterexamples=tuple(counterexamples),
    )


@contextlib.contextmanager
def _planting(vault: Vault) -> Iterator[Callable[[str], None]]:
    """Note each canary on disk, remove them all at the end, and first those that a killed run left.

    One run at a time: two would remove each other's canaries and find nothing.
    """
    with (vault.root / ".canaries").open("a+") as noted:
        fcntl.flock(noted, fcntl.LOCK_EX)

        def note(name: str) -> None:
            noted.write(f"{name}\n")
            noted.flush()

        def clear() -> None:
            noted.seek(0)
            for name in noted.read().split():
                vault.delete(name)
            noted.truncate(0)

        clear()
        try:
            yield note
        finally:
            clear()


@contextlib.contextmanager
def encryption_off(probe: Probe) -> Iterator[Probe]:
    """Lend a probe whose vault writes in clear, in a temporary folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="bacasable-sabotage-") as folder, sabotage():
        keys = Keyring.create(Path(folder) / "keys")
        yield replace(probe, engine=Vault(Path(folder) / "files", keys, encrypt=False))


def _canaries(seed: int) -> tuple[list[bytes], list[bytes]]:
    """Return the files to plant and the fragments in them; the same for the same seed."""
    chance = random.Random(f"files_unreadable_at_rest {seed}")  # noqa: S311 (reproducible, not secret)
    files, fragments = [], []
    for index in range(FILES):
        own = [base64.b32encode(chance.randbytes(FRAGMENT_BYTES)) for _ in range(FRAGMENTS_PER_FILE)]
        fragments += own
        lines = b"\n".join(b"(" + fragment + b") Tj" for fragment in own)
        if index % 2:
            files.append(b"Candidature fictive\n" + b"\n".join(own) + b"\n")
        else:
            files.append(
                b"%%PDF-1.7\n1 0 obj\n<< /Length %d >>\nstream\n" % len(lines)
                + lines
                + b"\nendstream\nendobj\n%%EOF\n"
            )
    return files, fragments


def _plant(vault: Vault, content: bytes, *, in_pieces: bool) -> str:
    """Store one canary under a data key of its own, whole or as a resumable upload does."""
    key = vault.new_data_key()
    if not in_pieces:
        return vault.write(key, content).name
    name, half = vault.new_name(), len(content) // 2
    half = content.index(b"\n", half) + 1
    offset = vault.append(key, name, content[:half], 0)
    vault.append(key, name, content[half:], offset)
    return vault.finish(key, name).name


def count_found(fragments: Iterable[bytes], raw: Iterable[bytes]) -> int:
    """Return how many fragments can be read in ``raw``, in any of the attacker's forms."""
    texts = list(raw)
    everything = b"\n".join([*texts, *(inflated for text in texts for inflated in _inflated(text))])
    return sum(1 for fragment in fragments if any(form in everything for form in _forms(fragment)))


def _forms(fragment: bytes) -> Iterator[bytes]:
    yield fragment
    yield fragment.hex().encode()
    yield fragment.hex().upper().encode()
    text = fragment.decode()
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    for shift in range(3):  # what base64 makes of it wherever it begins, without the edges
        yield base64.b64encode(b"\0" * shift + fragment)[4:-4]


def _inflated(raw: bytes) -> Iterator[bytes]:
    for mark in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        at = raw.find(mark)
        while at >= 0:
            with contextlib.suppress(zlib.error):
                yield zlib.decompressobj().decompress(raw[at:], LARGEST_READ)
            at = raw.find(mark, at + 1)


def header_in_clear(raw: bytes) -> str:
    """Return the kind of document whose header stands in the first 256 bytes, or nothing."""
    for kind, magic in HEADERS.items():
        if magic in raw[:256]:
            return kind
    return ""


def _stored_in_clear(vault: Vault, names: set[str], seed: int) -> tuple[int, list[str]]:
    """Look at a sample of the files really stored; return how many, and what is in clear among them."""
    chance = random.Random(f"stored {seed}")  # noqa: S311 (reproducible, not secret)
    chosen = chance.sample(sorted(names), min(STORED_SAMPLED, len(names)))
    looked, found = 0, []
    for name in chosen:
        for path in vault.root.rglob(f"{name}*"):
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:  # removed meanwhile
                raw = file.read(LARGEST_READ)
                looked += 1
                kind = header_in_clear(raw)
                if kind:
                    found.append(f"file {name[:8]}: header of {kind} in clear")
                elif len(raw) >= 4096 and _deviations(raw) > NOT_RANDOM:
                    found.append(f"file {name[:8]}: bytes are not those of a cipher")
    return looked, found


def _entropy(raw: bytes) -> float:
    """Return the entropy of the bytes, in bits per byte (8 for random ones)."""
    counts = Counter(raw).values()
    return -sum(count / len(raw) * math.log2(count / len(raw)) for count in counts) if raw else 0.0


def _deviations(raw: bytes) -> float:
    """Return how far the chi-square of the bytes against uniform ones lies above its mean, in deviations."""
    if not raw:
        return 0.0
    expected = len(raw) / 256
    counts = Counter(raw)
    chi_square = sum((counts[value] - expected) ** 2 / expected for value in range(256))
    return (chi_square - 255) / math.sqrt(2 * 255)


FILES_UNREADABLE_AT_REST = Control(
    key="files_unreadable_at_rest",
    title=N_("Files are unreadable at rest"),
    description=N_(
        "Files full of random fragments are stored as an application's files are, then looked for in the raw "
        "bytes of the disk, without the keys. With encryption switched off, the same search must find them."
    ),
    unit=N_("share of planted fragments read on disk without the keys"),
    direction="at_most",
    threshold=0.005,
    maximum_age=timedelta(days=90),
    measure=measure_files,
    sabotage=encryption_off,
    depends_on=DependsOn(
        modules=(
            "bacasable.exchange.vault",
            "bacasable.exchange.sealing",
            "bacasable.exchange.keyring",
            "bacasable.programme.controls",
            "bacasable.programme.dossiers.files",
        )
    ),
)

CONTROLS = (FILES_UNREADABLE_AT_REST,)

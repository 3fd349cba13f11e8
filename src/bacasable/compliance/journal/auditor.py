"""Verify an exported journal without the software that wrote it: Python 3.9 or later, its standard library.

Usage:

    python3 verify.py [FOLDER] [--head HEAD.json] [--key PUB]...

FOLDER holds what was exported: entries.jsonl, head.json, checkpoints/, keys/. Give --head a head that was
published before the export, and --key the public key as you know it from elsewhere: a folder that was forged
whole brings its own keys. Each fault is a line; the exit code is 1 where there is one, 2 where the folder
cannot be read.

An entry is a line of JSON with sorted keys, without white space. Its digest is the SHA-256 of that line
without its member "digest"; "previous" is the digest of the entry before (64 zeros for the first). A
checkpoint is an in-toto statement in a DSSE envelope, signed with Ed25519 (RFC 8032); it says up to which
entry the beginning expired, with that entry's digest.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path

DIGEST = b',"digest":"'
PREDICATE_TYPE = "urn:bacasable:journal-checkpoint:v1"

# Ed25519 as RFC 8032, section 6, writes it; verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    """Return the sum of two points in extended coordinates."""
    w, x = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    y, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = x - w, z - y, z + y, x + w
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    """Return ``scalar`` times ``point``."""
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def recover_x(y, sign):
    """Return the x of a point, or None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def decompress(data):
    """Return the point that 32 bytes stand for, or None."""
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(Y, 0), Y, 1, recover_x(Y, 0) * Y % P)


def is_signed(public, message, signature):
    """Say whether an Ed25519 signature of ``message`` holds."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


def public_key(path):
    """Return the 32 bytes of an Ed25519 public key in PEM."""
    text = re.sub("-----[A-Z ]+-----", "", path.read_text(encoding="ascii"))
    data = base64.b64decode(text, validate=False)
    if len(data) != 44:
        raise ValueError("not an Ed25519 public key in PEM")
    return data[-32:]


def checkpoint_of(data, keys):
    """Return what a checkpoint says, and the fault of its signature or an empty text."""
    envelope = json.loads(data)
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    # Written in one way only: sorted keys, no white space, standard base64.
    again = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    is_canonical = again == data and base64.b64encode(payload).decode() == envelope["payload"]
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    signatures = [base64.b64decode(one["sig"]) for one in envelope["signatures"]]
    statement = json.loads(payload)
    if statement["predicateType"] != PREDICATE_TYPE:
        raise ValueError("not a checkpoint of a journal")
    found = statement["predicate"]
    if len(signatures) != 1 or not any(is_signed(key, signed, signatures[0]) for key in keys):
        return found, "its signature is of none of the keys, or it was altered"
    return found, "" if is_canonical else "its bytes were altered"


def start_of(folder, keys, fault):
    """Return number and digest that the first entry is chained to, and the newest checkpoint's SHA-256."""
    number, digest, newest = 0, "0" * 64, ""
    paths = sorted((folder / "checkpoints").glob("*.json"))
    for path in paths:
        data = path.read_bytes()
        try:
            found, wrong = checkpoint_of(data, keys)
            number, digest = int(found["number"]), str(found["digest"])
            if found["previous"] != newest:
                fault(path.name, "checkpoint", "the checkpoint before it is missing or was replaced")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            wrong = "not a checkpoint"
        # An older one is pinned by the digest in the newer one, whatever became of its key.
        if wrong and (path == paths[-1] or wrong == "not a checkpoint"):
            fault(path.name, "checkpoint", wrong)
        newest = hashlib.sha256(data).hexdigest()
    return number, digest, newest


def is_intact(line, stated):
    """Say whether a line's digest is that of its bytes."""
    start, mark, rest = line.partition(DIGEST)
    if not mark or rest[64:65] != b'"' or rest[:64] != stated.encode():
        return False
    return hashlib.sha256(start + rest[65:]).hexdigest() == stated


def walk(path, number, digest, pins, fault):
    """Verify the entries from a start; return how many, the last number and digest, announced checkpoints."""
    count, announced, linked = 0, set(), True
    pinned = {number: digest}
    with path.open("rb") as lines:
        for place, line in enumerate(lines, 1):
            where = f"line {place}"
            try:
                entry = json.loads(line)
                stated, at = entry["digest"], entry["number"]
                if type(at) is not int or not isinstance(stated, str) or not isinstance(entry["facts"], dict):
                    raise TypeError
            except (ValueError, KeyError, TypeError, RecursionError):
                fault(where, "malformed", f"not an entry; entry {number + 1} stood here")
                number, linked = number + 1, False
                continue
            count += 1
            if not line.endswith(b"\n"):
                fault(where, "torn", "the last line has no end")
            if at > number + 1:
                fault(where, "missing", f"entries {number + 1} to {at - 1} are missing")
            elif at <= number:
                fault(where, "out_of_order", f"entry {at} stands after entry {number}")
            elif linked and entry.get("previous") != digest:
                fault(where, "unlinked", f"entry {at} is not chained to the entry before")
            if not is_intact(line.rstrip(b"\n"), stated):
                fault(where, "edited", f"entry {at} was edited")
            if entry.get("action") == "journal.expired":
                announced.add(entry["facts"].get("checkpoint"))
            number, digest, linked = at, stated, True
            if at in pins:
                pinned[at] = stated
    return count, number, digest, announced, pinned


def main(arguments=None):
    """Verify a folder; print the faults and what holds; return the exit code."""
    parser = argparse.ArgumentParser(description="Verify an exported journal.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--head", type=Path, action="append", default=[], help="a head published earlier")
    parser.add_argument("--key", type=Path, action="append", default=[], help="a public key (PEM)")
    given = parser.parse_args(arguments)
    faults = []

    def fault(where, kind, words):
        faults.append(kind)
        print(f"{where}: {kind}: {words}")  # noqa: T201 - a script for a terminal

    try:
        keys = [public_key(path) for path in given.key or sorted((given.folder / "keys").glob("*.pub"))]
        heads = {}
        for path in [given.folder / "head.json", *given.head]:
            value = json.loads(path.read_text(encoding="utf-8"))
            heads[path] = int(value["number"]), str(value["digest"])
        start, begins, newest = start_of(given.folder, keys, fault)
        pins = {number for number, _ in heads.values()}
        count, number, digest, announced, pinned = walk(
            given.folder / "entries.jsonl", start, begins, pins, fault
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        print(f"cannot be read: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        return 2
    for path, (pin, expected) in heads.items():
        if pin > number:
            fault(path.name, "truncated", f"the journal ends at entry {number}, before the head {pin}")
        elif pin >= start and pinned.get(pin) != expected:
            fault(path.name, "rewritten", f"entry {pin} is not the one that was published")
        elif pin < start:
            print(f"{path.name}: expired: entry {pin} lies behind the checkpoint")  # noqa: T201
    if newest and newest not in announced:
        fault("checkpoints", "unannounced", "no entry announces the newest checkpoint")
    said = "holds" if not faults else f"does NOT hold ({len(faults)} faults)"
    print(f"{count} entries, {start + 1} to {number}: the chain {said}; head {digest}")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Pictures: their structure is walked and the size that they announce is bounded; nothing is decoded."""

import struct
import zlib
from typing import BinaryIO

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.refusals import Refused, damaged

#: longest side and largest surface of a picture, in pixels
PICTURE_SIDE = 20_000
PICTURE_SURFACE = 100_000_000


def _picture_size(width: int, height: int) -> None:
    if not (0 < width <= PICTURE_SIDE and 0 < height <= PICTURE_SIDE and width * height <= PICTURE_SURFACE):
        raise Refused(
            "picture",
            N_(
                "This picture says that it measures %(width)s by %(height)s pixels. At most %(side)s on "
                "a side and %(surface)s million in all are accepted: make it smaller, then add it again."
            ),
            width=width,
            height=height,
            side=PICTURE_SIDE,
            surface=PICTURE_SURFACE // 1_000_000,
        )


def png(stream: BinaryIO) -> None:
    """Walk the chunks (PNG specification, section 5): header first, each checksum right, an end."""
    stream.seek(8)
    first = True
    while True:
        head = stream.read(8)
        if len(head) < 8:
            raise damaged()
        length, kind = struct.unpack(">I4s", head)
        body = stream.read(length)
        check = stream.read(4)
        if len(body) < length or zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(check):
            raise damaged()
        if first:
            if kind != b"IHDR" or length != 13:
                raise damaged()
            _picture_size(*struct.unpack(">II", body[:8]))
            first = False
        if kind == b"IEND":
            return


def jpeg(stream: BinaryIO) -> None:
    """Walk the segments (ITU T.81, annex B) up to the frame header, which holds the size."""
    stream.seek(0)
    content = stream.read()
    at = 2
    sized = False
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise damaged()
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in (0x01, *range(0xD0, 0xD8)):
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2 or at + 2 + length > len(content):
            raise damaged()
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            if length < 8:
                raise damaged()
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            _picture_size(width, height)
            sized = True
        if marker == 0xDA:  # the compressed picture follows
            if not sized or b"\xff\xd9" not in content[at:]:
                raise damaged()
            return
        at += 2 + length
    raise damaged()

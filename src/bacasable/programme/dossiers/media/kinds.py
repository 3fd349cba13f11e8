"""The media types that a dossier accepts, and the extensions that go with them."""

from collections.abc import Mapping

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG = "image/png"
JPEG = "image/jpeg"

#: media type -> the extensions under which it is accepted; the first is the usual one
EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    PDF: ("pdf",),
    ODT: ("odt",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    PNG: ("png",),
    JPEG: ("jpg", "jpeg"),
}
#: extension -> media type
BY_EXTENSION = {extension: kind for kind, names in EXTENSIONS.items() for extension in names}

"""A deployment of services alone speaks French whole: no message of theirs lies where it is not read."""

from pathlib import Path

from django.utils.translation import gettext, override

import bacasable
from bacasable.ui import messages
from bacasable.ui.catalogues import STOREYS, catalogues

ROOT = Path(bacasable.__file__).parent


def test_each_message_of_a_service_is_read_in_french() -> None:
    written = {
        (entry.msgctxt or "", entry.msgid): entry.msgstr
        for catalogue in catalogues(ROOT, STOREYS)
        for entry in catalogue.read()
    }
    missing = []
    with override("fr"):
        for folder in sorted(one for one in (ROOT / "services").iterdir() if (one / "locale").is_dir()):
            for message in messages.of_folder(folder, ROOT):
                french = written.get(message.key, "")
                plain = not (message.context or message.plural)
                if plain and french and french != message.text and gettext(message.text) == message.text:
                    missing.append(f"{folder.name}: {message.text}")
    assert not missing

"""Messages are found where Django will look them up."""

from pathlib import Path

import polib
import pytest
from django.template import Context, Template
from django.utils import translation

from bacasable.ui import catalogues, messages


def found(source: str) -> list[tuple[str, str, str]]:
    return [(one.context, one.text, one.plural) for one in messages.of_template(source, "t.html")]


def test_template_messages() -> None:
    source = (
        '{% load i18n %}{% translate "Sign in" %} {% translate "Show" context "password" %}'
        "{% blocktranslate trimmed count n=2 %}\n  {{ n }} file\n{% plural %}\n"
        "  {{ n }} files\n{% endblocktranslate %}"
        '<p title="_(not a message)">'
    )
    assert found(source) == [
        ("", "Sign in", ""),
        ("password", "Show", ""),
        ("", "%(n)s file", "%(n)s files"),
    ]


def test_code_messages_with_their_comments() -> None:
    source = (
        'x = N_("one "\n  "two")\n# Translators: the act, not the paper\n'
        'y = pgettext_lazy("act", "file")\nz = _(x)\n'
    )
    first, second = sorted(messages.of_python(source, "m.py"), key=lambda one: one.context)
    assert (first.text, first.comments) == ("one two", [])
    assert (second.key, second.comments) == (("act", "file"), ["Translators: the act, not the paper"])


def test_labels_of_types_are_messages() -> None:
    source = 'other_numbers = ["ref"]\n[types.NIR]\nlabel = "social security number"\nfamily = "number"\n'
    (one,) = messages.of_types(source, "types.toml")
    assert (one.text, one.places) == ("social security number", ["types.toml"])


def test_message_that_cannot_be_translated_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"m\.py:1"):
        list(messages.of_python('_(f"hello {name}")', "m.py"))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for storey, code in {
        "ui": '_("Save")\n_("100 %% of %(n)s")',
        "people": '_("Save")\n_("Sign in")',
    }.items():
        (tmp_path / storey).mkdir()
        (tmp_path / storey / "views.py").write_text(code)
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    return tmp_path


def defects(package: Path) -> list[str]:
    return list(catalogues.defects(catalogues.catalogues(package), package))


def test_a_service_by_others_has_a_catalogue_of_its_own(package: Path) -> None:
    folder = package / "people"
    assert catalogues.main(["gather", str(folder)]) == 0
    made = polib.pofile(str(folder / "locale/fr/LC_MESSAGES/django.po"))
    assert [entry.msgid for entry in made] == ["Save", "Sign in"]
    assert not (package / "ui/locale").exists()
    assert catalogues.main(["check", str(folder)]) == 1


def test_gathering_keeps_translations_and_checks_them(package: Path) -> None:
    assert catalogues.main(["gather"]) == 0
    people = package / "people/locale/fr/LC_MESSAGES/django.po"
    assert [entry.msgid for entry in polib.pofile(str(people))] == ["Sign in"]
    assert catalogues.main(["check"]) == 1

    ui = polib.pofile(str(package / "ui/locale/fr/LC_MESSAGES/django.po"))
    for entry in ui:
        entry.msgstr = "Enregistrer ?" if entry.msgid == "Save" else "100 %% de tout"
    ui.save()
    people_file = polib.pofile(str(people))
    people_file[0].msgstr = "Se connecter"
    people_file.save()
    assert catalogues.main(["gather"]) == 0
    assert [line for line in defects(package) if "the translation holds" in line]
    kept = polib.mofile(str(package / "ui/locale/fr/LC_MESSAGES/django.mo"))
    assert kept.find("Save").msgstr == "Enregistrer\u202f?"

    (package / "people/views.py").write_text("")
    assert any("used nowhere" in line for line in defects(package))


def test_percent_signs_are_looked_up_as_they_are_gathered() -> None:
    source = (
        '{% load i18n %}{% blocktranslate %}100 % of it{% endblocktranslate %}|{% translate "5 % more" %}'
    )
    assert [text for _context, text, _plural in found(source)] == ["100 %% of it", "5 %% more"]
    with translation.override("en"):
        assert Template(source).render(Context()) == "100 % of it|5 % more"

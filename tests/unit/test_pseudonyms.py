"""Pseudonyms: one per person and scope in any writing, unlinkable across scopes, rotation, erasure, the
record.
"""

import json
import re
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import PATTERN, KeyStore, Pseudonyms, Record, canonical

ONE_VALUE = {
    "PERSON": [
        *(
            "Mme Alice LAROCHE",
            "LAROCHE Alice",
            "alice laroche",
            "Alice\u00a0Laroche",
            "Mademoiselle LAROCHE, Alice",
        ),
        *("Dr. Alice Laroche", "ALICE LAROCHE", "Ａｌｉｃｅ Laroche"),
    ],
    "PERSON ": [
        "Hélène D'Almeida-Lefèvre",
        "HELENE D ALMEIDA LEFEVRE",
        "d’almeida lefevre he\u0301le\u0300ne",
    ],
    "NIR": ["1 85 05 78 006 084 91", "185057800608491", "1850578006084", "1.85.05.78.006.084"],
    "NIR ": ["2 69 05 2A 588 157 38", "269052a588157", "2 6 9 0 5 2 A 5 8 8 1 5 7"],
    "PHONE": ["06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678", "+33 (0)6.12.34.56.78", "612345678"],
    "PHONE ": ["0692 12 34 56", "+262 692 12 34 56", "+262692123456"],
    "PHONE  ": ["+32 2 555 12 12", "003225551212"],
    "IBAN": ["FR76 3000 6000 0112 3456 7890 189", "fr7630006000011234567890189"],
    "EMAIL": ["Alice.Laroche@Example.org", "alice.laroche@example.org", "mailto:alice.laroche@example.org"],
    "DOB": [
        *("12/03/1975", "12 mars 1975", "1975-03-12", "12.03.75", "12-3-1975", "le 12 MARS 1975", "12031975"),
        *("March 12, 1975", "19750312", "12 / 03 / 1975"),
    ],
    "DATE": ["1er août 2024", "01/08/2024", "1 aout 2024", "1er AOÛT 2024", "2024-08-01T10:00:00"],
    "PLATE": ["AB-123-CD", "ab 123 cd", "AB123CD"],
    "IP": ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1"],
    "ADDRESS": ["12, bd de la République, 69003 LYON", "12 boulevard de la republique 69003 Lyon cedex"],
}


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    store = KeyStore.from_file(tmp_path / "pseudonyms.key")
    store.create("advice")
    store.create("water")
    store.create("appeals", reversible=True)
    return store


@pytest.mark.parametrize("kind", ONE_VALUE)
@pytest.mark.parametrize("scope", ["advice", "appeals"])
def test_all_writings_of_a_value_have_one_pseudonym(keys: KeyStore, kind: str, scope: str) -> None:
    pseudonyms = Pseudonyms(keys, scope)
    assert len({pseudonyms.of(value, kind.strip()) for value in ONE_VALUE[kind]}) == 1


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Alice Laroche", "Alice Larocque", "PERSON"),
        ("1 85 05 78 006 084", "1 85 05 78 006 085", "NIR"),
        ("06 12 34 56 78", "07 12 34 56 78", "PHONE"),
        ("+32 6 12 34 56 78", "06 12 34 56 78", "PHONE"),
        ("12/03/1975", "03/12/1975", "DOB"),
        ("王伟", "李娜", "PERSON"),
        ("12 rue Molière 69003 Lyon", "14 rue Molière 69003 Lyon", "ADDRESS"),
    ],
)
def test_other_values_have_other_pseudonyms(keys: KeyStore, one: str, other: str, kind: str) -> None:
    pseudonyms = Pseudonyms(keys, "advice")
    assert pseudonyms.of(one, kind) != pseudonyms.of(other, kind)


def test_kinds_are_apart(keys: KeyStore) -> None:
    pseudonyms = Pseudonyms(keys, "advice")
    assert pseudonyms.of("732829320", "SIREN")[-18:] != pseudonyms.of("732829320", "SPI")[-18:]


@given(
    values=st.lists(st.text(min_size=1), min_size=1, max_size=20),
    kind=st.sampled_from(["PERSON", "NIR", "URL"]),
)
def test_scopes_are_unlinkable_and_pseudonyms_safe(
    tmp_path_factory: pytest.TempPathFactory, values: list[str], kind: str
) -> None:
    store = KeyStore.from_file(tmp_path_factory.mktemp("keys") / "k")
    for scope in ("a", "b"):
        store.create(scope)
    first, second = Pseudonyms(store, "a"), Pseudonyms(store, "b")
    named = [value for value in values if value.strip()]
    made = [(first.of(value, kind), second.of(value, kind)) for value in named if _has_form(value, kind)]
    assert not {one for one, _ in made} & {other for _, other in made}
    for one, other in made:
        assert PATTERN.fullmatch(one) and re.fullmatch(r"[A-Za-z0-9-]+", one)
        assert one.rpartition("-")[2] != other.rpartition("-")[2]


def _has_form(value: str, kind: str) -> bool:
    try:
        return bool(canonical(value, kind))
    except Refused:
        return False


def test_a_copied_key_still_links_nothing(keys: KeyStore, tmp_path: Path) -> None:
    content = json.loads((tmp_path / "pseudonyms.key").read_text())
    content["scopes"]["water"] = content["scopes"]["advice"]
    (tmp_path / "copied").write_text(json.dumps(content))
    (tmp_path / "copied").chmod(0o600)
    copied = KeyStore.from_file(tmp_path / "copied")
    one, other = Pseudonyms(copied, "advice"), Pseudonyms(copied, "water")
    assert one.of("Alice Laroche", "PERSON") != other.of("Alice Laroche", "PERSON")


def test_the_same_keys_give_the_same_pseudonyms_elsewhere(
    keys: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYS_HERE", (tmp_path / "pseudonyms.key").read_text())
    elsewhere = KeyStore.from_environment("KEYS_HERE")
    value = "Alice Laroche"
    assert Pseudonyms(elsewhere, "advice").of(value, "PERSON") == Pseudonyms(keys, "advice").of(
        value, "PERSON"
    )
    with pytest.raises(Refused, match="KEYS_HERE"):
        elsewhere.rotate("advice")
    with pytest.raises(Refused, match="record"):
        Pseudonyms(elsewhere, "appeals").reverse("PERSON-1r-" + "a" * 52, "A. Agent", "appeal 12")


def test_a_missing_variable_or_scope_says_the_remedy(keys: KeyStore) -> None:
    with pytest.raises(Refused, match="is not set"):
        KeyStore.from_environment("BACASABLE_ABSENT")
    with pytest.raises(Refused, match=r"create\('absent'\)"):
        Pseudonyms(keys, "absent")


_NO_LAST = '{"format": "bacasable pseudonym keys 1", "scopes": {"s": {"reversible": true, "keys": {}}}}'
_TEXT_LAST = _NO_LAST.replace('"keys"', '"last": "1", "keys"')


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"format": "other", "scopes": {}}', "\x00", _NO_LAST, _TEXT_LAST],
)
def test_a_damaged_file_of_keys_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "k").write_text(content)
    (tmp_path / "k").chmod(0o600)
    with pytest.raises(Refused, match="restore"):
        KeyStore.from_file(tmp_path / "k")


def test_a_folder_is_no_file_of_keys_whatever_its_rights(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="this is not a file"):  # and not: chmod 0600 of a folder
        KeyStore.from_file(tmp_path)


def test_keys_that_others_may_read_are_refused(keys: KeyStore, tmp_path: Path) -> None:
    path = tmp_path / "pseudonyms.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(Refused, match="chmod 0600"):
        KeyStore.from_file(path)


def test_rotation_keeps_the_old_readable_and_translates(keys: KeyStore) -> None:
    plain, appeals = Pseudonyms(keys, "advice"), Pseudonyms(keys, "appeals")
    old, old_reversible = plain.of("Alice Laroche", "PERSON"), appeals.of("Alice Laroche", "PERSON")
    assert keys.rotate("advice") == 2
    assert keys.rotate("appeals") == 2
    new = plain.of("Alice Laroche", "PERSON")
    assert (old.split("-")[1], new.split("-")[1]) == ("1", "2")
    assert plain.translation(["alice LAROCHE"], "PERSON", 1) == {old: new}
    assert appeals.translate(old_reversible) == appeals.of("Alice Laroche", "PERSON") != old_reversible
    assert appeals.reverse(old_reversible, "A. Agent", "appeal 12") == "alice laroche"


def test_one_version_can_be_destroyed_after_translation(keys: KeyStore) -> None:
    pseudonyms = Pseudonyms(keys, "advice")
    keys.rotate("advice")
    keys.destroy("advice", version=1, by="A. Agent", reason="rotation done")
    assert keys.versions("advice") == [2]
    assert pseudonyms.of("Alice Laroche", "PERSON").startswith("PERSON-2-")
    with pytest.raises(Refused, match="version 1, was destroyed"):
        pseudonyms.of("Alice Laroche", "PERSON", 1)


def test_destruction_is_erasure(keys: KeyStore, tmp_path: Path) -> None:
    pseudonyms = Pseudonyms(keys, "appeals")
    old = pseudonyms.of("Alice Laroche", "PERSON")
    secret = json.loads((tmp_path / "pseudonyms.key").read_text())["scopes"]["appeals"]["keys"]["1"]
    keys.destroy("appeals", by="A. Agent", reason="request 7")
    assert secret not in (tmp_path / "pseudonyms.key").read_text()
    with pytest.raises(Refused, match="destroyed"):
        pseudonyms.reverse(old, "A. Agent", "appeal 12")
    with pytest.raises(Refused, match="destroyed"):
        pseudonyms.of("Alice Laroche", "PERSON")
    entry = list(Record(tmp_path / "pseudonyms.key.record.jsonl").entries())[-1]
    assert (entry.act, entry.scope, entry.by, entry.reason) == ("destroy", "appeals", "A. Agent", "request 7")
    keys.create("appeals", reversible=True)
    assert pseudonyms.of("Alice Laroche", "PERSON") != old
    with pytest.raises(Refused, match="version 1, was destroyed"):
        pseudonyms.reverse(old, "A. Agent", "appeal 12")


def test_a_key_is_overwritten_where_it_lay(keys: KeyStore, tmp_path: Path) -> None:
    path = tmp_path / "pseudonyms.key"
    secret = json.loads(path.read_text())["scopes"]["advice"]["keys"]["1"]
    with path.open() as before:  # the inode of the replaced file stays open
        keys.destroy("advice")
        assert secret not in before.read()


def test_a_power_cut_while_destroying_leaves_the_key_destroyed(keys: KeyStore, tmp_path: Path) -> None:
    path = tmp_path / "pseudonyms.key"

    def cut() -> None:
        raise KeyboardInterrupt

    keys._replace = cut  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        keys.destroy("advice")
    reopened = KeyStore.from_file(path)
    assert reopened.scopes == ["appeals", "water"]
    with pytest.raises(Refused, match="destroyed"):
        Pseudonyms(reopened, "advice")


def test_an_erasure_that_cannot_be_recorded_is_not_done(tmp_path: Path) -> None:
    store = KeyStore.from_file(tmp_path / "k", Record(tmp_path / "absent" / "record"))
    store.create("advice")
    with pytest.raises(Refused, match="cannot be written"):
        store.destroy("advice")
    assert store.versions("advice") == [1]


def test_another_process_sees_rotation_and_erasure(keys: KeyStore, tmp_path: Path) -> None:
    other = KeyStore.from_file(tmp_path / "pseudonyms.key")
    keys.rotate("advice")
    keys.destroy("water")
    other._checked = 0  # a second later
    assert other.key("advice").version == 2
    with pytest.raises(Refused, match="destroyed"):
        other.key("water")


def test_concurrent_rotations_lose_no_key(keys: KeyStore, tmp_path: Path) -> None:
    stores = [KeyStore.from_file(tmp_path / "pseudonyms.key") for _ in range(8)]
    threads = [threading.Thread(target=store.rotate, args=("advice",)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert KeyStore.from_file(tmp_path / "pseudonyms.key").versions("advice") == list(range(1, 10))


@given(
    value=st.text(min_size=1, max_size=60), kind=st.sampled_from(["PERSON", "NIR", "PHONE", "DATE", "OTHER"])
)
def test_reversal_gives_the_canonical_form(
    tmp_path_factory: pytest.TempPathFactory, value: str, kind: str
) -> None:
    if not _has_form(value, kind):
        return
    store = KeyStore.from_file(tmp_path_factory.mktemp("keys") / "k")
    store.create("appeals", reversible=True)
    pseudonyms = Pseudonyms(store, "appeals")
    assert pseudonyms._opened(pseudonyms.of(value, kind)) == canonical(value, kind)


def test_each_reversal_is_recorded_without_the_value(keys: KeyStore, tmp_path: Path) -> None:
    pseudonyms = Pseudonyms(keys, "appeals")
    pseudonym = pseudonyms.of("1 85 05 78 006 084 91", "NIR")
    assert pseudonyms.reverse(pseudonym, "A. Agent", "appeal 12") == "1850578006084"
    path = tmp_path / "pseudonyms.key.record.jsonl"
    entry = next(Record(path).entries())
    assert (entry.what, entry.by, entry.reason, entry.act) == (pseudonym, "A. Agent", "appeal 12", "reverse")
    assert "1850578006084" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("by", "reason"), [("", "appeal"), ("A. Agent", " "), ("A", "x" * 3_000)])
def test_no_reversal_without_who_and_why(keys: KeyStore, by: str, reason: str) -> None:
    pseudonyms = Pseudonyms(keys, "appeals")
    with pytest.raises(Refused, match=r"'by'|'reason'"):
        pseudonyms.reverse(pseudonyms.of("Alice Laroche", "PERSON"), by, reason)


@pytest.mark.parametrize("reason", ["about LAROCHE, Alice", "call of Alice Laroche"])
def test_a_reason_may_not_repeat_the_value(keys: KeyStore, tmp_path: Path, reason: str) -> None:
    pseudonyms = Pseudonyms(keys, "appeals")
    with pytest.raises(Refused, match="repeats the value") as refusal:
        pseudonyms.reverse(pseudonyms.of("Alice Laroche", "PERSON"), "A. Agent", reason)
    assert "aroche" not in str(refusal.value)
    assert not (tmp_path / "pseudonyms.key.record.jsonl").exists()


def test_foreign_altered_and_one_way_pseudonyms_are_refused(keys: KeyStore) -> None:
    keys.create("other", reversible=True)
    appeals = Pseudonyms(keys, "appeals")
    pseudonym = appeals.of("Alice Laroche", "PERSON")
    altered = pseudonym[:-3] + ("a" if pseudonym[-3] != "a" else "b") + pseudonym[-2:]
    for wrong in (altered, pseudonym.replace("PERSON", "NIR"), Pseudonyms(keys, "other").of("Al", "PERSON")):
        with pytest.raises(Refused, match="not one of scope 'appeals'"):
            appeals.reverse(wrong, "A. Agent", "appeal 12")
    with pytest.raises(Refused, match="one-way"):
        Pseudonyms(keys, "advice").reverse(
            Pseudonyms(keys, "advice").of("Al", "PERSON"), "A. Agent", "appeal 12"
        )
    with pytest.raises(Refused, match="not a pseudonym"):
        appeals.reverse("Alice Laroche", "A. Agent", "appeal 12")


def test_a_reversal_that_cannot_be_recorded_is_refused(keys: KeyStore, tmp_path: Path) -> None:
    pseudonyms = Pseudonyms(keys, "appeals", Record(tmp_path / "absent" / "record"))
    with pytest.raises(Refused, match="cannot be written"):
        pseudonyms.reverse(pseudonyms.of("Alice Laroche", "PERSON"), "A. Agent", "appeal 12")


@pytest.mark.parametrize("alteration", ["change", "remove", "insert", "swap"])
def test_an_altered_record_is_noticed(tmp_path: Path, alteration: str) -> None:
    record = Record(tmp_path / "record")
    for number in range(4):
        record.append("reverse", scope="appeals", what=f"P-1r-{number}", by="A. Agent", reason="appeal é 12")
    assert [entry.number for entry in record.entries()] == [1, 2, 3, 4]
    lines = record.path.read_text().splitlines(keepends=True)
    if alteration == "change":
        lines[1] = lines[1].replace("A. Agent", "B. Other")
    elif alteration == "remove":
        del lines[1]
    elif alteration == "insert":
        lines.insert(2, lines[1])
    else:
        lines[1], lines[2] = lines[2], lines[1]
    record.path.write_text("".join(lines))
    with pytest.raises(Refused, match="was altered"):
        list(record.entries())


def test_the_head_tells_a_cut_record(tmp_path: Path) -> None:
    record = Record(tmp_path / "record")
    for number in range(3):
        record.append("reverse", scope="appeals", what=str(number), by="A. Agent", reason="appeal")
    head = record.head()
    record.path.write_text("".join(record.path.read_text().splitlines(keepends=True)[:-1]))
    assert record.head() != head


def test_a_line_torn_by_a_power_cut_is_dropped(tmp_path: Path) -> None:
    record = Record(tmp_path / "record")
    record.append("reverse", scope="appeals", what="1", by="A. Agent", reason="appeal")
    with record.path.open("a") as file:
        file.write('{"number": 2, "act": "rev')
    record.append("reverse", scope="appeals", what="2", by="A. Agent", reason="appeal")
    assert [entry.what for entry in record.entries()] == ["1", "2"]


@pytest.mark.parametrize("value", ["", "  "])
def test_nothing_has_no_pseudonym(keys: KeyStore, value: str) -> None:
    with pytest.raises(Refused, match="leave it out"):
        Pseudonyms(keys, "advice").of(value, "PERSON")

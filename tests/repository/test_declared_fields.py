"""Undeclared means refused: every field that this installation stores is in a declaration.

When this fails, it prints the line to add. Say what the field is: personal data go to ``DATA`` with purpose
and retention, the rest to ``NOT_PERSONAL`` with the reason.
"""

from django.apps import apps

from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.processing import NotPersonal


def _stored_fields() -> set[str]:
    return {
        f"{model._meta.app_label}.{model._meta.object_name}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed and not model.__module__.startswith("tests.")
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
    }


def _declared() -> set[str]:
    return {place for service in catalogue().values() for place in processing_of(service).stored()}


def _lines_to_add(places: set[str]) -> str:
    models: dict[str, list[str]] = {}
    for place in sorted(places):
        model, _, field = place.rpartition(".")
        models.setdefault(model, []).append(field)
    return "\n".join(f'    model_fields("{model}", "{" ".join(names)}"),' for model, names in models.items())


def test_every_stored_field_is_declared() -> None:
    missing = _stored_fields() - _declared()
    assert not missing, (
        "stored and not declared; add to stored_in of a DataField or NotPersonal in "
        f"src/bacasable/programme/processing.py:\n{_lines_to_add(missing)}"
    )


def test_every_declared_field_is_stored() -> None:
    models = {
        f"{model._meta.app_label}.{model._meta.object_name}"
        for model in apps.get_models(include_auto_created=True)
    }
    fields = _stored_fields()
    gone = {
        place
        for place in _declared()
        if place.count(".") == 2 and (place not in fields or place.rpartition(".")[0] not in models)
    }
    assert not gone, f"declared and no longer stored; drop from processing.py:\n{_lines_to_add(gone)}"


def test_every_security_measure_that_names_a_control_names_a_real_one() -> None:
    for service in catalogue().values():
        keys = {control.key for control in (service.load("controls") if service.controls else ())}
        named = {measure.control for measure in processing_of(service).security if measure.control}
        assert named <= keys, f"{service.key}: no control {sorted(named - keys)}"


def test_nothing_is_both_personal_and_not() -> None:
    for service in catalogue().values():
        for item in processing_of(service).not_personal:
            assert isinstance(item, NotPersonal)
            assert item.reason

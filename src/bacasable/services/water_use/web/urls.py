"""Addresses of the water service; the portal puts them under /services/water-use/."""

from django.urls import URLPattern, URLResolver, path

from bacasable.services.water_use.web.v1.urls import urlpatterns as interface
from bacasable.services.water_use.web.views import (
    agents,
    comparison,
    districts,
    entrance,
    evaluation,
    home,
    protection,
    rights,
)

app_name = "water_use"
#: The household's portal.
household: list[URLPattern | URLResolver] = [
    path("", entrance.start, name="start"),
    path("code/", entrance.by_code, name="by_code"),
    path("code/leaks/<uuid:public_id>/", home.explain_by_code, name="explain_by_code"),
    path("link/", entrance.link, name="link"),
    path("prove/", entrance.prove, name="prove"),
    path("prove/callback/", entrance.franceconnect_callback, name="franceconnect_callback"),
    path("leave/", entrance.leave, name="leave"),
    path("releases/<slug:period>.json", comparison.release, name="release"),
    path("homes/<uuid:public_id>/", home.overview, name="home"),
    path("homes/<uuid:public_id>/days/", home.days, name="days"),
    path("homes/<uuid:public_id>/hours/", home.hours, name="hours"),
    path("homes/<uuid:public_id>/leaks/", home.leaks, name="leaks"),
    path("homes/<uuid:public_id>/leaks/<uuid:incident>/", home.explain, name="explain"),
    path("homes/<uuid:public_id>/comparison/", comparison.comparison, name="comparison"),
    path("homes/<uuid:public_id>/describe/", comparison.describe, name="describe"),
    path("homes/<uuid:public_id>/advice/", home.advice, name="advice"),
    path("homes/<uuid:public_id>/rights/", rights.rights, name="rights"),
    path("homes/<uuid:public_id>/rights/hours/", rights.hours, name="rights_hours"),
    path("homes/<uuid:public_id>/rights/objection/", rights.objection, name="rights_objection"),
    path("homes/<uuid:public_id>/rights/erase/", rights.erase, name="rights_erase"),
    path("homes/<uuid:public_id>/rights/unlink/", rights.unlink, name="rights_unlink"),
    path("homes/<uuid:public_id>/readings.csv", rights.readings_csv, name="readings_csv"),
    path("homes/<uuid:public_id>/home.json", rights.home_json, name="home_json"),
    path("homes/<uuid:public_id>/letters/<slug:period>.pdf", rights.monthly_letter, name="monthly_letter"),
    path("homes/<uuid:public_id>/letters/<uuid:letter>/", rights.letter, name="letter"),
]
#: The utility's boards and the data protection officer's.
boards: list[URLPattern | URLResolver] = [
    path("desk/", agents.queue, name="queue"),
    path("desk/codes/", agents.code_letter, name="code_letter"),
    path("desk/leaks/<uuid:public_id>/", agents.incident, name="incident"),
    path("desk/leaks/<uuid:public_id>/follow/", agents.follow, name="follow"),
    path("desk/leaks/<uuid:public_id>/close/", agents.close, name="close"),
    path("desk/leaks/<uuid:public_id>/case/", agents.open_case, name="open_case"),
    path("desk/letters/<uuid:public_id>.pdf", agents.letter_pdf, name="letter_pdf"),
    path("desk/letters/<uuid:public_id>/sent/", agents.letter_sent, name="letter_sent"),
    path("desk/cases/<uuid:public_id>/", agents.case, name="case"),
    path("desk/imports/", districts.readings, name="imports"),
    path("desk/imports/<uuid:public_id>/", districts.import_report, name="import"),
    path("desk/evaluation/", evaluation.evaluation, name="evaluation"),
    path("districts/", districts.districts, name="districts"),
    path("districts/drought/", districts.drought, name="drought"),
    path("districts/<str:name>/", districts.district, name="district"),
    path("protection/", protection.protection, name="protection"),
]
#: The programming interface has a name of its own (``water_use_api``).
urlpatterns: list[URLPattern | URLResolver] = [*household, *boards, *interface]

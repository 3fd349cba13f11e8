"""Addresses of the water service; the portal puts them under /services/water-use/."""

from django.urls import URLPattern, URLResolver, path

from bacasable.services.water_use.web.views import comparison, entrance, home, rights

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
urlpatterns: list[URLPattern | URLResolver] = [*household]

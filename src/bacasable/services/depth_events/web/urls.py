"""Addresses of depth events; the portal puts them under /services/depth-events/."""

from django.urls import URLPattern, URLResolver, path

from bacasable.services.depth_events.web.views import (
    board,
    cctv,
    handover,
    looking,
    objecting,
    public,
    statistics,
    stream,
)

app_name = "depth_events"
#: What everybody may read and ask.
everybody: list[URLPattern | URLResolver] = [
    path("", public.start, name="start"),
    path("places.geojson", public.places, name="places"),
    path("stations/<slug:key>/", public.station, name="station"),
    path("stations/<slug:key>/panel/", public.panel, name="panel"),
    path("stations/<slug:key>/panel.pdf", public.panel_pdf, name="panel_pdf"),
    path("stations/<slug:key>/statistics.json", public.aggregates, name="aggregates"),
    path("stations/<slug:key>/object/", objecting.object_, name="object"),
    path("object/", objecting.follow, name="follow"),
    path("object/<uuid:public_id>/", objecting.asked, name="asked"),
]
#: The manager's, and the data protection officer's.
kept: list[URLPattern | URLResolver] = [
    path("filmed/", cctv.filmed, name="filmed"),
    path("filmed/declare/", cctv.declare, name="declare"),
    path("filmed/<uuid:public_id>/end/", cctv.end, name="end"),
    path("legal/", cctv.legal_bases, name="legal"),
    path("legal/<slug:key>/", cctv.legal_basis, name="legal_basis"),
    path("requests/", objecting.requests, name="requests"),
    path("requests/<uuid:public_id>/", objecting.answer, name="answer"),
]
#: The operators'.
watched: list[URLPattern | URLResolver] = [
    path("board/", board.board, name="board"),
    path("board/stream/", stream.stream, name="stream"),
    path("stations/<slug:key>/handover/", handover.handover, name="handover"),
    path("handovers/<uuid:public_id>/take/", handover.take, name="take_over"),
    path("statistics/", statistics.history, name="history"),
    path("calibration/", looking.sensors, name="calibration"),
    path("calibration/<slug:station>/<slug:key>/", looking.ask, name="calibrate"),
    path("looks/<uuid:public_id>/", looking.look, name="look"),
    path("looks/<uuid:public_id>/matrices/", looking.matrices, name="matrices"),
    path("incidents/<uuid:public_id>/", board.incident, name="incident"),
    path("incidents/<uuid:public_id>/acknowledge/", board.acknowledge, name="acknowledge"),
]
urlpatterns: list[URLPattern | URLResolver] = [*everybody, *kept, *watched]

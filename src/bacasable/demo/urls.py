"""The portal's pages, and the demo's own under /demo/."""

from django.urls import include, path

from bacasable.demo import views
from bacasable.portal.urls import *  # noqa: F403
from bacasable.portal.urls import urlpatterns as portal_patterns

demo_patterns = (
    [
        path("role/", views.switch_role, name="role"),
        path("clock/", views.move_clock, name="clock"),
        path("outbox/", views.read_outbox, name="outbox"),
        path("outbox/<str:key>/", views.read_outbox, name="letter"),
    ],
    "demo",
)
urlpatterns = [path("demo/", include(demo_patterns)), *portal_patterns]

"""Pages of the service; the portal puts them under /services/meeting-rooms/."""

from django.urls import path

from meeting_rooms import views

app_name = "meeting_rooms"
urlpatterns = [
    path("", views.bookings, name="bookings"),
    path("book/", views.book, name="book"),
    path("bookings/<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("bookings/<uuid:public_id>/take-back/", views.take_back, name="take_back"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/<uuid:public_id>/", views.room, name="room"),
]

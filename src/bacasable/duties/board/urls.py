"""Pages of this room."""

from django.urls import path

from bacasable.duties.board import views

app_name = "board"
urlpatterns = [path("board/", views.board, name="board")]

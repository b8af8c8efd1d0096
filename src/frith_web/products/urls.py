"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from frith_web.products import search_views, views

app_name = "products"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", search_views.search_page, name="search"),
    path("profile/", views.profile, name="profile"),
    path("profile/style.css", views.profile_style, name="profile-style"),
    path("profile/files/<str:name>", views.profile_file, name="profile-file"),
]

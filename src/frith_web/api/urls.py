"""Addresses of the API. `frame.py` stands before all of them, also those that are not there."""

from __future__ import annotations

from django.urls import path

from frith_web.api.v1.operations import api

urlpatterns = [path("api/v1/", api.urls)]

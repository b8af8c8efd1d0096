"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from frith_web.pole.views import bringing_in, comparing, exports, lists, pictures, records

app_name = "pole"

urlpatterns = [
    path("bring-in/", bringing_in.bring_in, name="bring-in"),
    path("bring-in/<uuid:reference>", bringing_in.upload, name="upload"),
    path("bring-in/<uuid:reference>/confirm", bringing_in.confirm, name="upload-confirm"),
    path("bring-in/<uuid:reference>/put-away", bringing_in.put_away, name="upload-put-away"),
    path("bring-in/<uuid:reference>/refused", bringing_in.refused, name="upload-refused"),
    path("people-recorded/", lists.nominals, name="nominals"),
    path("people-recorded/copy", exports.nominals, name="nominals-export"),
    path("people-recorded/equality", records.completeness, name="completeness"),
    path("people-recorded/<uuid:reference>", records.nominal, name="nominal"),
    path("people-recorded/<uuid:reference>/links", pictures.links, name="nominal-links"),
    path("people-recorded/<uuid:reference>/compare", comparing.compare, name="nominal-compare"),
    path("events/", lists.events, name="events"),
    path("events/map", pictures.event_map, name="event-map"),
    path("events/copy", exports.events, name="events-export"),
    path("events/<uuid:reference>", records.event, name="event"),
    path("objects/", lists.objects, name="objects"),
    path("objects/copy", exports.objects, name="objects-export"),
    path("objects/<uuid:reference>", records.thing, name="object"),
    path("locations/", lists.locations, name="locations"),
    path("locations/copy", exports.locations, name="locations-export"),
    path("locations/<uuid:reference>", records.location, name="location"),
]

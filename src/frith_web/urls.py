"""Every address of the site. What an anonymous reader may open is listed in the rules tests."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("frith_web.core.urls")),
    path("", include("frith_web.pole.urls")),
    path("", include("frith_web.objective.urls")),
    path("", include("frith_web.products.urls")),
    path("", include("frith_web.api.urls")),
]

handler400 = "frith_web.core.views.errors.bad_request"
handler403 = "frith_web.core.views.errors.forbidden"
handler404 = "frith_web.core.views.errors.not_found"
handler500 = "frith_web.core.views.errors.fault"

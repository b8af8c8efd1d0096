"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from frith_web.objective.views import measures, plans

app_name = "objective"

urlpatterns = [
    path("plans/", plans.plans, name="plans"),
    path("plans/new", plans.new_plan, name="plan-new"),
    path("plans/crosswalk", plans.crosswalk, name="crosswalk"),
    path("plans/crosswalk/new", plans.new_step, name="crosswalk-new"),
    path("plans/<uuid:reference>", plans.plan, name="plan"),
    path("plans/<uuid:reference>/priority", plans.new_priority, name="priority-new"),
    path("plans/<uuid:reference>/commitment", plans.new_commitment, name="commitment-new"),
    path("measures/", measures.measures, name="measures"),
    path("measures/adopt", measures.adopt, name="measure-adopt"),
    path("measures/of/<slug:key>", measures.measure, name="measure"),
    path("measures/of/<slug:key>/redefine", measures.redefine, name="measure-redefine"),
    path("measures/of/<slug:key>/target", measures.new_target, name="target-new"),
]

"""Addresses of administration, within this room's."""

from __future__ import annotations

from django.urls import path

from frith_web.core.views import areas, compartments, consents, partners, people_roles, set_up_list

urlpatterns = [
    path("settings/", set_up_list.settings, name="settings"),
    path("settings/set-up", set_up_list.first_run, name="first-run"),
    path("settings/numbers", set_up_list.numbers, name="local-numbers"),
    path("settings/numbers/<slug:sort>", set_up_list.number, name="local-number"),
    path("partners/", partners.partners, name="partners"),
    path("partners/new", partners.new_partner, name="partner-new"),
    path("partners/of/<slug:key>", partners.partner, name="partner-page"),
    path("partners/of/<slug:key>/change", partners.change_partner, name="partner-change"),
    path("partners/of/<slug:key>/end", partners.end_partner, name="partner-end"),
    path("partners/of/<slug:key>/team", partners.new_team, name="team-new"),
    path("areas/", areas.areas, name="areas"),
    path("areas/new", areas.new_area, name="area-new"),
    path("areas/<int:area>/end", areas.end_area, name="area-end"),
    path("accounts/", people_roles.accounts, name="accounts"),
    path("accounts/new", people_roles.new_account, name="account-new"),
    path("accounts/of/<str:username>", people_roles.person, name="person"),
    path("accounts/of/<str:username>/role", people_roles.give_role, name="role-give"),
    path("accounts/of/<str:username>/role/<int:held>/end", people_roles.end_role, name="role-end"),
    path("accounts/of/<str:username>/password", people_roles.password, name="person-password"),
    path("accounts/of/<str:username>/vetting", people_roles.vetting, name="vetting"),
    path("accounts/of/<str:username>/team", people_roles.join, name="team-join"),
    path("accounts/of/<str:username>/team/<int:member>/end", people_roles.leave, name="team-leave"),
    path("accounts/of/<str:username>/close", people_roles.close, name="account-close"),
    path("roles/", people_roles.roles, name="roles"),
    path("roles/<slug:key>", people_roles.role, name="role"),
    path("compartments/", compartments.compartments, name="compartments"),
    path("compartments/new", compartments.new_compartment, name="compartment-new"),
    path("compartments/of/<slug:key>", compartments.compartment, name="compartment"),
    path("compartments/of/<slug:key>/admit", compartments.admit, name="admit"),
    path(
        "compartments/of/<slug:key>/inside/<int:admission>/end",
        compartments.put_out,
        name="put-out",
    ),
    path("consents/", consents.consents, name="consents"),
    path("consents/answer", consents.answer, name="consent-answer"),
]

"""Addresses of retention and of the registers."""

from __future__ import annotations

from django.urls import path

from frith_web.core.views import (
    certificates,
    decisions,
    foi,
    holds,
    registers,
    retention,
    rights,
    schedules,
)

RIGHTS = "registers/requests/<uuid:reference>"
FOI = "registers/information/<uuid:reference>"
RECORD = f"{RIGHTS}/<str:kind>/<uuid:record>"

urlpatterns = [
    path("retention/", retention.queue, name="retention"),
    path("retention/look", retention.look, name="retention-look"),
    path("retention/review/<uuid:reference>", retention.review, name="retention-review"),
    path("retention/review/<uuid:reference>/dispose", retention.dispose, name="retention-dispose"),
    path("retention/group", schedules.regroup, name="retention-regroup"),
    path("retention/schedules", schedules.schedules, name="retention-schedules"),
    path("retention/schedules/set", schedules.schedule, name="retention-schedule"),
    path("retention/switch", schedules.switch, name="retention-switch"),
    path("retention/holds", holds.hold_list, name="retention-holds"),
    path("retention/holds/place", holds.hold, name="retention-hold"),
    path("retention/holds/<int:hold>/lift", holds.lift_hold, name="retention-hold-lift"),
    path("retention/certificates", certificates.certificates, name="retention-certificates"),
    path("retention/certificates/sweep", certificates.sweep, name="retention-sweep"),
    path(
        "retention/certificates/<uuid:reference>",
        certificates.certificate,
        name="retention-certificate",
    ),
    path("registers/", registers.registers, name="registers"),
    path("registers/flows", registers.flows, name="flows"),
    path("registers/flows/new", registers.new_flow, name="flow-new"),
    path("registers/flows/<str:key>/end", registers.end_flow, name="flow-end"),
    path("registers/flows/<str:key>/", registers.flow, name="flow"),
    path("registers/agreements", registers.agreements, name="agreements"),
    path("registers/agreements/new", registers.new_agreement, name="agreement-new"),
    path("registers/agreements/<str:key>/", registers.agreement, name="agreement"),
    path("registers/agreements/<str:key>/sign", registers.sign, name="agreement-sign"),
    path("registers/agreements/<str:key>/withdraw", registers.withdraw, name="agreement-withdraw"),
    path("registers/requests", rights.requests, name="rights"),
    path("registers/requests/new", rights.new_request, name="rights-new"),
    path(RIGHTS, rights.one_request, name="rights-request"),
    path(f"{RIGHTS}/acknowledge", rights.acknowledge, name="rights-acknowledge"),
    path(f"{RIGHTS}/identity", rights.identity, name="rights-identity"),
    path(f"{RIGHTS}/extend", rights.extend, name="rights-extend"),
    path(f"{RIGHTS}/people", rights.people, name="rights-people"),
    path(f"{RIGHTS}/answer", rights.answer, name="rights-answer"),
    path(RECORD, rights.finding, name="rights-finding"),
    path(f"{RECORD}/uphold", rights.uphold, name="rights-uphold"),
    path("registers/information", foi.requests, name="foi"),
    path("registers/information/new", foi.new_request, name="foi-new"),
    path(FOI, foi.one_request, name="foi-request"),
    path(f"{FOI}/police", foi.consult, name="foi-consult"),
    path(f"{FOI}/weigh", foi.weigh, name="foi-weigh"),
    path(f"{FOI}/answer", foi.answer, name="foi-answer"),
    path("registers/decisions", decisions.decisions, name="decisions"),
    path("registers/decisions/new", decisions.new_decision, name="decision-new"),
    path("registers/decisions/copy", decisions.export, name="decisions-export"),
    path("registers/decisions/<uuid:reference>", decisions.decision, name="decision"),
]

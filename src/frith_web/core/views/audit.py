"""Pages of the audit log: search, one entry and its proof, unusual access, extract, policy."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frith_web.core import log_selectors
from frith_web.core.log_forms import ExtractForm, LogSearchForm, PolicyForm
from frith_web.core.log_selectors import Wanted
from frith_web.core.models import AuditEntry, User
from frith_web.core.permissions import check_may, may, requires
from frith_web.core.reading import current_reading
from frith_web.core.services import audit, audit_unusual
from frith_web.core.services.audit_roots import entry_proof
from frith_web.ui.filters import filter_options

READ, EXTRACT, POLICY = "core.audit:read", "core.audit:extract", "core.settings:manage"
EXTRACT_ACT = "core:audit-extract"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("entry", "when", "kind", "who", "partner", "act", "purpose", "recipient")


@requires(READ)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Search the log."""
    form = LogSearchForm(request.GET or None)
    wanted = Wanted()
    if form.is_bound and form.is_valid():
        wanted = Wanted(**{name: value for name, value in form.cleaned_data.items() if value})
    page = log_selectors.search(user=check_may(request.user, READ), wanted=wanted)
    older = ""
    if page.older is not None:
        kept = {name: value for name, value in request.GET.items() if name != "before" and value}
        older = "?" + urlencode({**kept, "before": page.older})
    context: dict[str, Any] = {"form": form, "rows": _table(page.entries), "older": older}
    context["filter"] = filter_options(form, address=request.path)
    context |= {
        "newest": wanted.before is not None,
        "may_extract": may(request.user, EXTRACT),
        "may_set": may(request.user, POLICY),
    }
    return render(request, "core/log.html", context)


@requires(READ)
@require_safe
def entry(request: HttpRequest, n: int) -> HttpResponse:
    """One entry of the log, whole."""
    found = _entry(request, n)
    root = log_selectors.newest_root_over(n)
    listed = [
        {"key": {"text": kind}, "value": {"text": ", ".join(references)}}
        for kind, references in sorted(found.records.items())
    ]
    context = {"entry": found, "lines": _lines(found), "listed": listed, "root": root}
    return render(request, "core/log_entry.html", context)


@requires(READ)
@require_safe
def proof(request: HttpRequest, n: int) -> HttpResponse:
    """The entry with the hashes that lead from it to a signed root, as a file."""
    found = _entry(request, n)
    root = log_selectors.newest_root_over(n)
    if root is None:
        raise Http404
    current_reading().export_to(check_may(request.user, READ).full_name)
    answer = JsonResponse(entry_proof(found, root), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="entry-{n}.json"'
    return answer


@requires(READ)
@require_safe
def unusual(request: HttpRequest) -> HttpResponse:
    """What differs in the last four weeks, for an auditor to look at."""
    reader = check_may(request.user, READ)
    found = audit_unusual.look(user=reader)
    rows = [
        [{"text": one.name}, {"text": one.what}, {"text": one.figures}] for one in found.notices
    ]
    reviewer = audit.policy_in_force().reviewer_id
    context = {
        "found": found,
        "rows": rows,
        "reviewer": User.objects.filter(pk=reviewer).first() if reviewer else None,
        "is_reviewer": reader.pk == reviewer,
        "looked": log_selectors.last_looked(),
    }
    return render(request, "core/log_unusual.html", context)


@requires(READ)
@require_POST
def unusual_looked(request: HttpRequest) -> HttpResponse:
    """The named reviewer has looked at the list."""
    reader = check_may(request.user, READ)
    try:
        lines = len(audit_unusual.look(user=reader).notices)
        audit_unusual.note_looked(by=reader, lines=lines)
    except audit_unusual.NotTheReviewer:
        raise Http404 from None
    messages.success(request, "The log says that you have looked.")
    return redirect("core:audit-unusual")


@requires(EXTRACT)
@require_http_methods(["GET", "HEAD", "POST"])
def extract(request: HttpRequest) -> HttpResponse:
    """Everything the log holds about one record, as a file for who is named."""
    reader = check_may(request.user, EXTRACT)
    form = ExtractForm(request.POST or None, reader=reader, act=EXTRACT_ACT)
    if request.method != "POST" or not form.is_valid():
        return render(request, "core/log_extract.html", {"form": form})
    given = form.cleaned_data
    ledger = current_reading()
    audit.state_purpose(ledger, purpose=form.stated_purpose())
    ledger.note(given["record_kind"], [given["reference"]])
    ledger.export_to(given["recipient"])
    found = log_selectors.about(kind=given["record_kind"], reference=given["reference"])
    answer = HttpResponse(_as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="log-extract.csv"'
    return answer


@requires(POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """Where a purpose is asked, and which hours are office hours."""
    reader = check_may(request.user, POLICY)
    held = audit.policy_in_force()
    names = ("purpose_for_searches", "purpose_for_exports", "office_opens", "office_closes")
    initial = {name: getattr(held, name) for name in names} | {"reviewer": held.reviewer_id}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        audit.set_policy(actor=reader, **form.cleaned_data)
        messages.success(request, "The policy is kept, and stands in the log.")
        return redirect("core:audit-policy")
    return render(request, "core/log_policy.html", {"form": form})


def _entry(request: HttpRequest, n: int) -> AuditEntry:
    reader: User = check_may(request.user, READ)
    found = log_selectors.entry(user=reader, n=n)
    if found is None:
        raise Http404
    return found


def _table(entries: Any) -> list[dict[str, Any]]:
    return [
        {
            "n": one.n,
            "at": one.at,
            "kind": one.get_kind_display(),
            "who": one.actor_name,
            "partner": one.actor_partner,
            "act": one.act,
            "records": sum(map(len, one.records.values())),
        }
        for one in entries
    ]


def _lines(one: AuditEntry) -> list[dict[str, Any]]:
    """An entry as rows of a summary list."""
    said = {
        "When": f"{timezone.localtime(one.at):%-d %B %Y, %H:%M:%S}",
        "Kind": one.get_kind_display(),
        "Who": one.actor_name,
        "Partner": one.actor_partner,
        "Act": one.act,
        "Purpose": one.purpose,
        "Recipient": one.recipient,
        **{f"Detail: {name}": str(value) for name, value in sorted(one.detail.items())},
        "Hash": one.hash,
        "Hash before": one.previous_hash,
    }
    return [{"key": {"text": k}, "value": {"text": v}} for k, v in said.items() if v]


def _as_csv(entries: list[AuditEntry]) -> str:
    """Entries as a table; a cell that a spreadsheet would run gets an apostrophe before it."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for one in entries:
        cells = (one.n, one.at.isoformat(), one.kind, one.actor_name, one.actor_partner, one.act)
        table.writerow([_plain(str(cell)) for cell in (*cells, one.purpose, one.recipient)])
    return out.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else cell

"""What the owner of records answered when asked whether a copy may go to somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from frith.errors import BadInput
from frith_web.core import structure_selectors as selectors
from frith_web.core.form_page import form_page
from frith_web.core.models import OriginatorConsent
from frith_web.core.permissions import check_may, requires
from frith_web.core.services.disclosures import answer_request
from frith_web.core.structure_forms import ConsentForm
from frith_web.core.submissions import sent_once
from frith_web.core.terms_shown import terms_lines, terms_words

GIVE = "core.consent:give"


@requires(GIVE)
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """What this partner answered, the newest first, and on which terms it is asked."""
    user = check_may(request.user, GIVE)
    given = selectors.consents_of(user)
    asked = [terms_lines(one) for one in selectors.asked_terms_of(user)]
    history = [_answered(one) for one in given]
    return render(request, "core/consents.html", {"history": history, "asked": asked})


def _answered(one: OriginatorConsent) -> dict[str, Any]:
    """An answer as an item of the timeline, the terms it was given on below it."""
    answered = "May have it" if one.agreed else "May not have it"
    given_at = localtime(one.given_at)
    return {
        "label": {"text": f"{one.recipient}: {answered.lower()}"},
        "byline": {"text": str(one.given_by)},
        "datetime": {
            "timestamp": given_at.isoformat(timespec="minutes"),
            "text": date_format(given_at, "j F Y, H:i"),
        },
        "html": format_html(
            '<p class="govuk-body">{}</p><p class="govuk-body-s">{}</p>',
            one.words,
            terms_words(one.protection),
        ),
    }


@requires(GIVE)
@sent_once
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Write an answer down."""
    user = check_may(request.user, GIVE)
    held = {str(one.pk): one for one in selectors.asked_terms_of(user)}
    choices = [(key, terms_words(one)) for key, one in held.items()]
    form = ConsentForm(request.POST or None, terms=choices, by=user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer_request(
                protection=held[given["terms"]],
                recipient=given["recipient"],
                agreed=given["agreed"] == "yes",
                words=given["words"],
                by=user,
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The answer is written down, and stands in the log.")
            return redirect("core:consents")
    return form_page(
        request,
        form,
        title="Answer whether a copy may go to somebody",
        said="It holds for every record of yours on these terms, until you answer otherwise.",
        button="Write it down",
        back=("core:consents", "Consents"),
    )

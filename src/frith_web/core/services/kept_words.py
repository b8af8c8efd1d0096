"""Tables of this room that keep people's words though a record that they name goes, and why.

Declared in `apps.py`, like the copies in `traces.py`. What an entry may mention is counted, so that
whoever disposes of a record is told; it is not changed.
"""

from __future__ import annotations

from frith_web.core.erasing import Kept
from frith_web.core.models import Decision, FoiRequest, RightsRequest
from frith_web.core.services.traces import mentions

REGISTER = "a register of how people's requests were dealt with, for which the partner answers"
STAFF = "it says who may do what, and nothing of a record"
PROOF = "hashes and keys: it holds no words"
KEPT = (
    Kept(
        table="core_decision",
        words="Decisions",
        why="a decision is superseded, never edited",
        count=mentions(Decision, "title", "decision", "rationale", "dissent", "taken_by"),
    ),
    Kept(
        table="core_rightsrequest",
        words="Requests of people about their data",
        why=REGISTER,
        count=mentions(
            RightsRequest,
            *("requester", "contact", "asked", "identity_how", "people", "extended_why"),
            "outcome",
        ),
    ),
    Kept(
        table="core_foirequest",
        words="Requests for information",
        why=REGISTER,
        count=mentions(
            FoiRequest,
            *("requester", "contact", "asked", "public_interest", "consulted", "consultation"),
            "outcome",
        ),
    ),
    Kept(
        table="core_auditentry",
        words="The log",
        why="it is never changed; it holds references, and purposes and recipients as typed",
    ),
    Kept(table="core_audithead", words="The log's head", why=PROOF),
    Kept(table="core_logroot", words="Roots of the log", why=PROOF),
    Kept(table="core_compartment", words="Compartments", why=STAFF),
    Kept(table="core_admission", words="Who is inside a compartment", why=STAFF),
    Kept(table="core_protection", words="Terms", why="terms are shared and name no record"),
    Kept(
        table="core_originatorconsent",
        words="Answers about copies",
        why="an answer is about terms, and names no record",
    ),
    Kept(table="core_apitoken", words="API tokens", why=PROOF),
    Kept(table="account_emailaddress", words="Addresses of accounts", why=STAFF),
    Kept(table="account_emailconfirmation", words="Confirmations of addresses", why=PROOF),
    Kept(table="mfa_authenticator", words="Second factors", why=PROOF),
    Kept(table="socialaccount_socialaccount", words="Single sign-on", why=STAFF),
    Kept(table="socialaccount_socialtoken", words="Tokens of single sign-on", why=PROOF),
    Kept(
        table="axes_accessattempt",
        words="Failed sign-ins",
        why="what was typed into the sign-in form, for thirty days",
    ),
    Kept(
        table="axes_accessfailurelog",
        words="Failed sign-ins",
        why="what was typed into the sign-in form, for thirty days",
    ),
    Kept(table="axes_accesslog", words="Sign-ins", why="switched off: it stays empty"),
)

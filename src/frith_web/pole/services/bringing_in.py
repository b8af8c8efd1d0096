"""A data set that somebody uploads: what it would add, then bringing it in on its terms."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from frith.errors import BadInput, Mendable
from frith.reference.regimes import Marking, Regime
from frith.tables.about import ABOUT_FILE, about_toml, read_about
from frith.tables.dataset import About, FileNote
from frith.tables.load import Loading, read_folder
from frith_web.core.database import reader
from frith_web.core.models import (
    UNFINISHED,
    EntryKind,
    Flow,
    Job,
    Partner,
    Protection,
    Signature,
    Upload,
    User,
)
from frith_web.core.models.dated import in_force, today
from frith_web.core.permissions import may
from frith_web.core.purposes import Purpose
from frith_web.core.services import uploads
from frith_web.core.services.audit import append
from frith_web.core.services.jobs import enqueue
from frith_web.core.services.protections import Share, Terms, terms
from frith_web.core.upload_selectors import upload_of
from frith_web.pole.models import Event, Nominal, RecordedObject
from frith_web.pole.services import imports
from frith_web.pole.services.flows import WITHOUT_FLOW, flow_for
from frith_web.pole.services.imports import (
    TABLES,
    Coming,
    Imported,
    import_dataset,
    read_coming,
)

PLACE = "pole.import"
PERMISSION = "pole.batch:import"
TAKES = frozenset({"csv", "json", "toml", "xlsx", "zip"})
CHECK, IMPORT = "pole.check_dataset", "pole.import_dataset"
RECEIVE = "pole.receive_dataset"
SHOWN = 20
ANSWER = "refused-rows.zip"
NEW: Mapping[str, tuple[type[Any], str, str]] = {
    "nominals": (Nominal, "nominal_id", "source"),
    "events": (Event, "event_id", "source"),
    "objects": (RecordedObject, "object_id", ""),
}
"""Tables whose rows can be told from those that are there: model, identifier, source column."""
Say = Callable[[str], None]


def bring(*, file: UploadedFile, by: User, table: str, flow: Flow | None, share: bool) -> Upload:
    """Take a file in and ask for its check; its page shows what it would add.

    `table` and `flow` are said for a single file, which has no `dataset.toml` to say them.
    Raises `BadInput` where the gate refuses the file, or where it does not say what it is.
    """
    given: dict[str, str | bool] = {
        "table": table,
        "flow": flow.key if flow else "",
        "share": share,
    }
    if _is_single(file):
        _check_said(table, flow)
    return uploads.take(
        file=file, by=by, place=PLACE, takes=TAKES, given=given, then=partial(_ask, CHECK, by)
    )


class KeyUsed(Exception):
    """The key under which a system sends this file stood for something else before."""


class _AskedBefore(Exception):
    """This was sent before under the same key; raised to undo that it was taken again."""

    def __init__(self, *, job: Job, sha256: str, given: Mapping[str, Any]) -> None:
        super().__init__("asked before")
        self.job = job
        self.sha256 = sha256
        self.given = given


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a partner's system says beside the file it sends."""

    table: str
    flow: str
    share: bool
    purpose: Purpose
    key: str
    """By which the system asks for this once, however often it sends."""
    token: str
    """Reference of the token it sends with."""


def receive(*, file: UploadedFile, by: User, sent: Sent) -> Upload:
    """Take in a file that a system sent, to be checked and brought in as on the page.

    Sent again under its key it is the same upload. Raises `KeyUsed` where the key stood for
    another file or other words, `BadInput` where the gate refuses the file, where it does not say
    what it is, or where the flow is not one of this partner's for the token's purpose.
    """
    flow = _flow_of(sent.flow, by=by, purpose=sent.purpose) if sent.flow else None
    single = _is_single(file)
    if single:
        _check_said(sent.table, flow)
    given: dict[str, str | bool] = {
        "table": sent.table if single else "",
        "flow": flow.key if flow and single else "",
        "share": sent.share,
        "purpose": sent.purpose.value,
        "by": sent.token,
    }

    def then(upload: Upload) -> None:
        job = enqueue(RECEIVE, by=by, arguments={"upload": str(upload.reference)}, key=sent.key)
        if job.arguments["upload"] != str(upload.reference):
            raise _AskedBefore(job=job, sha256=upload.arrived_sha256, given=given)
        append(
            kind=EntryKind.COLLECTION,
            act="pole.import.receive",
            actor=by,
            purpose=sent.purpose.value,
            records={Upload.kind: [upload.reference]},
            detail={"token": sent.token, "job": str(job.reference)},
        )

    try:
        return uploads.take(file=file, by=by, place=PLACE, takes=TAKES, given=given, then=then)
    except _AskedBefore as before:
        first = upload_of(by, UUID(before.job.arguments["upload"]), place=PLACE)
        if first is None or first.arrived_sha256 != before.sha256 or first.given != before.given:
            raise KeyUsed from None
        return first


def _is_single(file: UploadedFile) -> bool:
    return not str(file.name or "").lower().endswith(".zip")


def _check_said(table: str, flow: Flow | None) -> None:
    if not (table and flow):
        raise BadInput(
            "a single file does not say what it is",
            mend="Choose its table and the flow under which it comes, or zip a data set.",
        )


def _flow_of(key: str, *, by: User, purpose: Purpose) -> Flow:
    """A flow of the sender's own partner; of any other it is not even said whether it is there."""
    found = Flow.objects.filter(in_force(today()), key__iexact=key, controller=by.partner_id)
    flow = found.filter(purpose=purpose.value).first()
    if flow is None:
        raise BadInput(
            "this is no flow of your partner that is registered for the token's purpose",
            mend="Information governance writes it into the register of flows.",
        )
    return flow


def under_way(*, upload: Upload, by: User) -> Job | None:
    """The job that brings an upload in, has done so or tried to; None where none was asked for."""
    asked = Job.objects.filter(name__in=(RECEIVE, IMPORT), asked_by=by)
    return asked.filter(arguments__upload=str(upload.reference)).first()


def _ask(name: str, by: User, upload: Upload) -> Job:
    reference = str(upload.reference)
    return enqueue(name, by=by, arguments={"upload": reference}, key=reference)


def confirm(*, upload: Upload, by: User) -> Job:
    """Bring in what was checked. Raises `BadInput` where the check found no way to."""
    if upload.settled_at is not None:
        raise BadInput("this file was already brought in or put away")
    if upload.given.get("by"):
        raise BadInput("a system sent this file: it is brought in without a person's word")
    check_ready(upload)
    return _ask(IMPORT, by, upload)


def check_ready(upload: Upload) -> None:
    """Raise `BadInput` where nothing of a checked upload can be brought in, saying why."""
    if upload.findings.get("problem"):
        raise BadInput(str(upload.findings["problem"]))
    if not upload.findings.get("accepted"):
        raise BadInput("there is nothing in this file that can be brought in")


def put_away(*, upload: Upload, by: User) -> None:
    """Do not bring it in. Raises `BadInput` where that is under way."""
    job = under_way(upload=upload, by=by)
    if job is not None and job.state in UNFINISHED:
        raise BadInput("it is being brought in", mend="Stop its job first.")
    uploads.settle(upload=upload, by=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a check found: counts and reasons, and the kept file of refused rows."""

    findings: Mapping[str, Any]
    answer_sha256: str


def look(*, upload: Upload, by: User, say: Say = lambda _: None) -> Found:
    """Read a whole upload as the import would, and write nothing down yet.

    Reasons name the column, never the value. The refused rows themselves are a file for whoever
    brought them.
    """
    say("Unpacking the file")
    with folder_of(upload) as folder, TemporaryDirectory(prefix="frith-rejects-") as aside:
        say("Reading every row")
        rejects = Path(aside) / "rejects"
        loading = read_folder(folder, only=TABLES, rejects=rejects)
        findings = _findings(loading, by=by)
        try:
            flow = flow_for(files=loading.about.files, owner=_owner(by), purpose=_purpose(upload))
            findings["flow"] = str(flow) if flow else ""
            share = bool(upload.given.get("share"))
            terms_of(about=loading.about, owner=_owner(by), share=share)
        except Mendable as error:
            findings["problem"] = error.line()
        answer = _answer(rejects, into=Path(aside))
        digest = uploads.keep_answer(answer) if answer else ""
    return Found(findings=findings, answer_sha256=digest)


def keep(*, found: Found, upload: Upload, by: User) -> None:
    """Write down what was found, for the page that asks whether to go on."""
    uploads.keep_findings(upload=upload, by=by, findings=found.findings, answer=found.answer_sha256)


def read(*, upload: Upload, by: User, say: Say = lambda _: None) -> Coming:
    """A checked upload, read for its import on behalf of the partner of whoever brought it."""
    say("Unpacking the file")
    with folder_of(upload) as folder:
        say("Reading every row")
        protection = terms_of(
            about=read_about(folder), owner=_owner(by), share=bool(upload.given.get("share"))
        )
        return read_coming(folder=folder, by=by, protection=protection, purpose=_purpose(upload))


@transaction.atomic
def finish(*, coming: Coming, batch: UUID, upload: Upload) -> Imported:
    """Show what came in to its readers, and settle the upload it came with."""
    made = imports.finish(coming=coming, batch=batch)
    uploads.settle(upload=upload, by=coming.by)
    return made


def import_folder(
    *, folder: Path, by: User, owner: Partner, share: bool = False, say: Say = lambda _: None
) -> Imported:
    """Import a data set's folder on the terms that its files and flow give it."""
    protection = terms_of(about=read_about(folder), owner=owner, share=share)
    return import_dataset(folder=folder, by=by, protection=protection, say=say)


def import_by_command(
    *, folder: Path, by: str, owner: str, share: bool = False, say: Say = lambda _: None
) -> Imported:
    """Import a folder as somebody, for a partner, both by name.

    Raises `BadInput` where there is no such open account or partner, or where the account may not
    bring data in.
    """
    actor = User.objects.filter(username=by, is_active=True).first()
    whose = Partner.objects.filter(in_force(today()), key=owner).first()
    if actor is None or not may(actor, PERMISSION):
        raise BadInput(f"{by} has no open account that may bring data in")
    if whose is None:
        raise BadInput(f"there is no partner {owner}", mend="Give the key of the register.")
    with reader(actor.pk):
        return import_folder(folder=folder, by=actor, owner=whose, share=share, say=say)


def terms_of(*, about: About, owner: Partner, share: bool) -> Protection:
    """The terms on which a data set is held: its owner's alone, unless its flow shares it.

    `share` gives it to the partners that signed the flow's agreement, for the flow's purpose.
    """
    regimes = {note.regime for note in about.files.values()} or {Regime.UK_GDPR}
    if len(regimes) > 1:
        raise BadInput(
            "its files are held under more than one regime",
            mend="Bring in the files of each regime as a data set of their own.",
        )
    regime = regimes.pop()
    flow = flow_for(files=about.files, owner=owner)
    public = regime in WITHOUT_FLOW
    return terms(
        of=Terms(
            owner=owner,
            regime=regime,
            marking=Marking.OFFICIAL if public else Marking.OFFICIAL_SENSITIVE,
            shares=_shares(flow, owner) if share else (),
        )
    )


@contextmanager
def folder_of(upload: Upload) -> Iterator[Path]:
    """An upload as a data set's folder; a single file gets the `dataset.toml` it lacks."""
    with uploads.unpacked(upload, takes=TAKES) as folder:
        if upload.sort != "zip":
            _describe(folder, upload)
        yield folder


def _describe(folder: Path, upload: Upload) -> None:
    """Name a single file after its table, and say under which flow it comes."""
    table = str(upload.given["table"])
    if table not in TABLES:
        raise BadInput(f"{table} is no table that is brought in here")
    flow = Flow.objects.filter(in_force(today()), key=upload.given["flow"]).first()
    if flow is None:
        raise BadInput("the flow is no longer in force", mend="Choose another, and bring it anew.")
    (path,) = folder.iterdir()
    path.rename(folder / f"{table}{path.suffix.lower()}")
    note = FileNote(publisher=str(flow.controller), regime=Regime(flow.regime), flow=flow.key)
    about = About(
        name=upload.name,
        area="not stated",
        area_name="not stated",
        area_vintage="other",
        files={table: note},
    )
    (folder / ABOUT_FILE).write_text(about_toml(about), "utf-8")


def _purpose(upload: Upload) -> Purpose | None:
    """For which purpose alone it may come in; None where a person brought it on a page."""
    said = upload.given.get("purpose")
    return Purpose(said) if said else None


def _owner(by: User) -> Partner:
    if by.partner is None:
        raise BadInput("your account works for no partner, so nobody would own the records")
    return by.partner


def _shares(flow: Flow | None, owner: Partner) -> list[Share]:
    if flow is None or flow.agreement is None:
        raise BadInput(
            "its flow names no agreement under which it could be shared",
            mend="Bring it in for your own organisation, or have the register corrected.",
        )
    signed = Signature.objects.filter(in_force(today()), agreement=flow.agreement)
    return [
        Share(partner=one.partner, agreement=flow.agreement, purpose=Purpose(flow.purpose))
        for one in signed.select_related("partner").exclude(partner=owner)
    ]


def _findings(loading: Loading, *, by: User) -> dict[str, Any]:
    tables = []
    for name, report in sorted(loading.reports.items()):
        reasons = (
            report.refusals.group_by("column", "reason", maintain_order=True).len().head(SHOWN)
        )
        tables.append(
            {
                "table": name,
                "rows": report.rows,
                "accepted": report.accepted,
                "refused": report.refused,
                "there": _there(name, loading, by=by),
                "reasons": [_reason(*row) for row in reasons.iter_rows()],
            }
        )
    return {
        "name": loading.about.name,
        "tables": tables,
        "accepted": sum(int(str(one["accepted"])) for one in tables),
        "refused": sum(int(str(one["refused"])) for one in tables),
        "problem": " ".join(error.line() for error in loading.errors.values()),
    }


def _reason(column: str, reason: str, count: int) -> dict[str, Any]:
    """A reason without the value that it may quote: the row itself goes back as a file."""
    return {"column": column or "", "rows": count, "reason": _without_values(reason)}


def _without_values(reason: str) -> str:
    """Everything between quotation marks is the row's own words, so it is left out."""
    parts = reason.replace("“", '"').replace("”", '"').replace("'", '"').split('"')
    return "…".join(parts[::2]).strip()


def _there(name: str, loading: Loading, *, by: User) -> int | None:
    """How many of a table's rows the reader can already see; None where that is not told.

    Rows that are there and hidden from this reader count as new here, and add nothing later.
    """
    if name not in NEW or name not in loading.tables:
        return None
    model, identifier, source = NEW[name]
    own = model.objects.visible_to(by).filter(owner=by.partner_id)
    seen = own.values_list("source", "source_id")
    held = {(one, key) for one, key in seen.iterator()}
    frame = loading.tables[name]
    sources = frame[source].to_list() if source else ["objects"] * frame.height
    return sum(pair in held for pair in zip(sources, frame[identifier].to_list(), strict=True))


def _answer(rejects: Path, *, into: Path) -> Path | None:
    """The refused rows of every table as one zip; None where no row was refused."""
    files = sorted(rejects.glob("*.csv")) if rejects.is_dir() else []
    if not files:
        return None
    answer = into / ANSWER
    with zipfile.ZipFile(answer, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            archive.write(one, one.name)
    return answer

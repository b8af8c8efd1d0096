"""The query set of protected records: nothing is fetched past the gate, nothing goes unwritten.

Rows, counts and facets come only from a query that passed `visible_to(user)`, inside an open
reading (`core.reading`) that notes which records were shown. A query that did neither raises, so
that a page somebody forgets to close shows an error and no record. Services that must see what
their actor may not (finding duplicates, disposal) say so with `opened(reason)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from frith_web.core.database import steward
from frith_web.core.models.standing import Standing, standing, visible_protections
from frith_web.core.reading import current_reading

if TYPE_CHECKING:
    from frith_web.core.models.accounts import User

_OPENED: ContextVar[str] = ContextVar("frith_opened", default="")


class UngatedRead(RuntimeError):
    """Protected records were asked for without `visible_to`: a fault of ours, and shown as one."""


@contextmanager
def opened(reason: str) -> Iterator[None]:
    """Let a service see past the gate, for a reason that stands in the code beside it.

    Only within a transaction, whose audit row names the records. Never in a view or selector.
    """
    token = _OPENED.set(reason)
    try:
        with steward():
            yield
    finally:
        _OPENED.reset(token)


class GatedQuerySet(models.QuerySet[Any]):
    """Protected records, for a reader."""

    _passed = False

    def visible_to(self, user: User, *, act: str = "read") -> Self:
        """Those on which `user` may exercise `<kind>:<act>` today. The one gate.

        `<kind>:<act>-own` opens those that the person made, on terms that they still reach. What
        hangs on other records is seen by who may read those too, whatever its own terms say.
        """
        model: Any = self.model
        found = self.filter(_within(model, standing(user), act=act))
        found._passed = True
        return found

    def _clone(self) -> Self:
        copy = super()._clone()  # type: ignore[misc]
        copy._passed = self._passed
        return copy

    def _check(self) -> None:
        if not self._passed and not _OPENED.get():
            raise UngatedRead(f"{self.model.kind}: ask through visible_to(user)")

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        if fresh:
            self._check()
        super()._fetch_all()
        if fresh:
            self._note(self._result_cache)

    def between(self, start: int, stop: int) -> Self:
        """Rows `start` to `stop` of what passed the gate, in its order.

        Their numbers are found first, which an index that holds order and terms answers alone;
        the rest of a row is read for those that are shown.
        """
        self._check()
        shown = self.model._base_manager.filter(pk__in=self.values("pk")[start:stop])
        shown.query.order_by = self.query.order_by
        shown.query.select_related = self.query.select_related
        shown._passed = self._passed
        return shown

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        """As Django's, noting each chunk as it is handed out."""
        self._check()
        for row in super().iterator(chunk_size=chunk_size or 2000):
            self._note([row])
            yield row

    def count(self) -> int:
        """As Django's; a count is a disclosure too, and is noted."""
        if self._result_cache is None:
            self._check()
            self._note_count()
        return super().count()

    def exists(self) -> bool:
        """As Django's; noted like a count."""
        if self._result_cache is None:
            self._check()
            self._note_count()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As Django's; noted like a count."""
        self._check()
        self._note_count()
        return super().aggregate(*args, **kwargs)

    def update(self, **values: Any) -> int:
        """As Django's, on rows that the actor reaches."""
        self._check()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Only where a service has opened the gate: disposal is an act of its own."""
        if not _OPENED.get():
            raise UngatedRead(f"{self.model.kind}: records leave through disposal only")
        return super().delete()

    def _note(self, rows: Any) -> None:
        if _OPENED.get():
            return
        references = [reference for row in rows if (reference := _reference(row))]
        if len(references) == len(rows):
            current_reading().note(self.model.kind, references)
        else:
            current_reading().note_count(self.model.kind)

    def _note_count(self) -> None:
        if not _OPENED.get():
            current_reading().note_count(self.model.kind)


@lru_cache(maxsize=1024)
def _within(model: Any, of: Standing, *, act: str) -> models.Q:
    """The rows of a model on which a person may do `act`, each end that they hang on included.

    Kept for the next page of the same person, like the query of their terms: it is a question.
    """
    permission = f"{model.permission_kind or model.kind}:{act}"
    within = models.Q(protection__in=visible_protections(of, permission))
    if of.holds(f"{permission}-own"):
        within |= models.Q(
            created_by=of.user_id,
            protection__in=visible_protections(of, f"{permission}-own"),
        )
    for name in model.hangs_on:
        field = model._meta.get_field(name)
        ends = field.related_model.objects.filter(
            _within(field.related_model, of, act="read"), pk=models.OuterRef(field.attname)
        )
        seen = models.Q(models.Exists(ends))
        within &= seen | models.Q(**{f"{name}__isnull": True}) if field.null else seen
    return within


def _reference(row: Any) -> str:
    """The reference of a fetched row, whether a record or its values; empty for a bare figure."""
    value = row.get("reference") if isinstance(row, dict) else getattr(row, "reference", None)
    return str(value) if value else ""


def gated() -> Any:
    """The manager of a kind of protected record. Untyped: the checker does not follow heirs."""
    return GatedQuerySet.as_manager()

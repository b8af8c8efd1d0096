"""One polite, resumable, checked download at a time. The only room of frith that uses a network."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from frith.errors import SourceUnavailable
from frith.sources.catalogue import Source
from frith.sources.shapes import WrongShape, check_shape
from frith.sources.store import Part, Store

ATTEMPTS = 5
"""Failures in a row, without a byte gained, before giving up."""
BACK_OFF_S = 1.0
"""First wait after a failure; it doubles each time."""
LONGEST_WAIT_S = 120.0
"""A publisher that asks for a longer wait is reported instead."""
REDIRECTS = 5
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
BLOCK_BYTES = 1 << 16
WHOLE_BY_SHAPE = frozenset({"zip", "json", "geojson"})
"""Forms that show by themselves when their end is missing; a table does not."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Report = Callable[[str, int, int | None], None]
"""Told what is being fetched, how many bytes are here, and of how many."""


class _TryAgain(Exception):
    """This attempt failed in a way that may pass; `wait_s` where the publisher said how long."""

    def __init__(self, what: str, *, wait_s: float | None = None) -> None:
        super().__init__(what)
        self.wait_s = wait_s


@dataclass(slots=True, kw_only=True)
class Downloader:
    """Fetches into a store. `sleep` and `clock` stand in for time in tests."""

    store: Store
    report: Report = lambda _what, _done, _total: None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    client: httpx.Client | None = None
    asked: int = 0
    _last_asked: dict[str, float] | None = None

    def fetch(self, source: Source, url: str, *, form: str = "") -> Path:
        """The file at `url`, from the store or from the publisher, whole and of its form.

        Raises `SourceUnavailable` saying what could not be had, where, and what to do.
        """
        check_address(source, url)
        kept = self.store.get(url)
        if kept is not None:
            return kept
        part, failures = self.store.part_for(source, url), 0
        shape = form or source.packed or source.form
        while True:
            before = part.size()
            try:
                part, proven = self._attempt(source, part)
                check_shape(part.path, shape)
                if not proven and shape not in WHOLE_BY_SHAPE:
                    part.forget()
                    raise _TryAgain("nothing says how long the file is, so it may be cut short")
                return self.store.keep(source, part)
            except (httpx.TransportError, _TryAgain, WrongShape) as error:
                if isinstance(error, WrongShape):
                    part.forget()
                part = self.store.part_for(source, url)
                failures = 1 if part.size() > before else failures + 1
                if failures >= ATTEMPTS:
                    raise self._given_up(source, url, error) from error
                self.sleep(_wait(error, failures))

    def refused(self, source: Source, url: str, what: str) -> SourceUnavailable:
        """The error for an answer that came whole but cannot be right; it is not kept."""
        self.store.forget(url)
        return SourceUnavailable(f"{source.title}: {what}", where=url, mend=_mend(source))

    def _attempt(self, source: Source, part: Part) -> tuple[Part, bool]:
        """Ask once, from where the part ends where that can be trusted.

        Returns the whole part, and whether its end was told: by a length, or by a last chunk
        (RFC 9112, section 6.3). Where neither is there, a broken connection looks like the end.
        """
        start = part.size() if part.validator else 0
        headers = {"Accept-Encoding": "identity"}  # so that lengths and ranges count real bytes
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": part.validator}
        url = part.url
        for _ in range(REDIRECTS + 1):
            self._be_polite(source)
            with self._client().stream("GET", url, headers=headers) as answer:
                if answer.is_redirect:
                    url = _redirected(source, url, answer.headers.get("location", ""))
                    continue
                _check_status(source, answer)
                told = {"content-length", "transfer-encoding"} & answer.headers.keys()
                return self._take(answer, part, start, source), bool(told)
        raise SourceUnavailable("it redirects without end", where=part.url, mend=_mend(source))

    def _take(self, answer: httpx.Response, part: Part, start: int, source: Source) -> Part:
        etag = answer.headers.get("etag", "")
        modified = answer.headers.get("last-modified", "")
        now = replace(part, etag=etag, last_modified=modified)
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.forget()
            raise _TryAgain("the part kept from before does not fit the file")
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
        if resumed and (_range_start(answer) != start or now.validator != part.validator):
            part.forget()  # the file has changed since, or another piece came: begin again
            raise _TryAgain("the file changed while it was being fetched")
        whole = _whole_size(answer, start if resumed else 0)
        now.remember()
        with part.path.open("ab" if resumed else "wb") as handle:
            done = start if resumed else 0
            for block in answer.iter_bytes(BLOCK_BYTES):
                handle.write(block)
                done += len(block)
                self.report(source.title, done, whole)
        if whole is not None and done != whole:
            raise _TryAgain(f"{done} of {whole} bytes came")
        return now

    def _be_polite(self, source: Source) -> None:
        """No more requests a second than the publisher allows."""
        self._last_asked = self._last_asked or {}
        last = self._last_asked.get(source.folder)
        if last is not None:
            pause = last + 1.0 / source.requests_per_second - self.clock()
            if pause > 0:
                self.sleep(pause)
        self._last_asked[source.folder] = self.clock()
        self.asked += 1

    def _client(self) -> httpx.Client:
        if self.client is None:
            self.client = httpx.Client(
                timeout=TIMEOUT,
                follow_redirects=False,
                headers={"User-Agent": f"frith/{version('frith')} (open-data)"},
            )
        return self.client

    def _given_up(self, source: Source, url: str, error: Exception) -> SourceUnavailable:
        return SourceUnavailable(
            f"{source.title} could not be fetched from {source.publisher}: "
            f"{str(error) or type(error).__name__}",
            where=url,
            mend=f"What came is kept and the next run goes on from there. {_mend(source)}",
        )


def _wait(error: Exception, failures: int) -> float:
    told = error.wait_s if isinstance(error, _TryAgain) else None
    return told if told is not None else BACK_OFF_S * 2.0 ** (failures - 1)


def _check_status(source: Source, answer: httpx.Response) -> None:
    """Returns where there are bytes to take; raises what may pass, or what will not."""
    code = answer.status_code
    if answer.is_success or code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        return
    what = f"{code} {answer.reason_phrase}"
    if code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        wait_s = _retry_after(answer.headers.get("retry-after", ""))
        if wait_s is not None and wait_s > LONGEST_WAIT_S:
            raise SourceUnavailable(
                f"{source.publisher} asks to be left alone for {wait_s:.0f} seconds ({what})",
                where=str(answer.url),
                mend="Run the command again after that; what was fetched is kept.",
            )
        raise _TryAgain(what, wait_s=wait_s)
    raise SourceUnavailable(
        f"{source.title} is not there ({what})", where=str(answer.url), mend=_mend(source)
    )


def _mend(source: Source) -> str:
    return (
        f"The publisher's page is {source.page}; the address may have changed since it was checked "
        f"({source.checked_on}). You can download it by hand and use --from-files."
    )


def _redirected(source: Source, url: str, location: str) -> str:
    """The address redirected to: the same host, or a listed one over https, and nowhere else."""
    target = urljoin(url, location)
    old, new = urlsplit(url), urlsplit(target)
    stays = new.netloc == old.netloc and new.scheme in (old.scheme, "https")
    listed = new.scheme == "https" and new.hostname in source.redirects_to
    if not (stays or listed):
        raise SourceUnavailable(
            f"{source.publisher} redirects to {new.scheme}://{new.netloc}, which is not one of its "
            "known addresses",
            where=url,
            mend=_mend(source),
        )
    return target


def check_address(source: Source, url: str) -> None:
    """Raises `SourceUnavailable` unless the address is https (or this machine itself)."""
    split = urlsplit(url)
    if split.scheme != "https" and not (split.scheme == "http" and split.hostname in LOOPBACK):
        raise SourceUnavailable(
            f"{source.title} would not come over https", where=url, mend="Use an https address."
        )


def _retry_after(text: str) -> float | None:
    """Seconds to wait: given as seconds or as a date (RFC 9110, section 10.2.3)."""
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _range_start(answer: httpx.Response) -> int:
    text = answer.headers.get("content-range", "").removeprefix("bytes ").split("-")[0]
    return int(text) if text.isdigit() else -1


def _whole_size(answer: httpx.Response, start: int) -> int | None:
    """Bytes that the whole file has, where the publisher says."""
    total = answer.headers.get("content-range", "").rpartition("/")[2]
    if total.isdigit():
        return int(total)
    length = answer.headers.get("content-length", "")
    encoded = answer.headers.get("content-encoding", "identity") != "identity"
    return None if encoded or not length.isdigit() else start + int(length)

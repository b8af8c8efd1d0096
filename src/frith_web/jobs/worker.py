"""The worker: asks for what is due, takes one job after another, and lets its leases live."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from uuid import uuid4

from django.db import DatabaseError, close_old_connections, connection

from frith_web.core.services import job_runs, jobs

IDLE_S = 1.0
_log = logging.getLogger(__name__)


class Worker:
    """One process that does jobs until it is told to stop."""

    def __init__(
        self, *, lease: timedelta = job_runs.LEASE, wanted: Callable[[], bool] = lambda: True
    ) -> None:
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:8]}"
        self.lease = lease
        self.wanted = wanted
        self.stopping = threading.Event()

    def work(self, *, once: bool = False) -> int:
        """Do jobs until told to stop; with `once`, until none waits. How many were done."""
        beating = threading.Thread(target=self._beat, name="lease", daemon=True)
        beating.start()
        try:
            return self._until_told(once=once)
        finally:  # a lease that went on beating would keep its job from everybody else
            self.stopping.set()

    def _until_told(self, *, once: bool) -> int:
        done = 0
        while not self.stopping.is_set() and self.wanted():
            try:
                if not connection.in_atomic_block:
                    close_old_connections()
                did = self._one()
            except DatabaseError:
                _log.exception("the database did not answer")
                did = False
            done += did
            if not did:
                if once:
                    break
                self.stopping.wait(IDLE_S)
        return done

    def stop(self, *_: int | FrameType | None) -> None:
        """For a signal: end the step that is in hand, so that it is undone, and go."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        raise SystemExit(0)

    def listen(self) -> None:
        """Stop in good order when the system asks."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def _one(self) -> bool:
        """Ask for what is due and do one job; False where there was none."""
        if jobs.something_is_due():
            jobs.ask_for_what_is_due()
        job = job_runs.claim(worker=self.name, lease=self.lease)
        if job is None:
            return False
        try:
            job_runs.run(job, worker=self.name, lease=self.lease)
        except SystemExit:
            job_runs.give_back(job, worker=self.name)
            raise
        return True

    def _beat(self) -> None:
        """Put the leases off while this process lives."""
        while not self.stopping.wait(self.lease.total_seconds() / 4):
            try:
                job_runs.renew(worker=self.name, lease=self.lease)
            except DatabaseError:
                _log.debug("a lease was not renewed: its job holds the database")
            finally:
                connection.close()

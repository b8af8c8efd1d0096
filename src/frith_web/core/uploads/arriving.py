"""Files on their way in: bounded while they arrive, and none from whoever is not signed in."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)

from frith_web.core.uploads.gate import LARGEST

MOST_FILES = 5
TOO_LARGE = "file_too_large"
"""Set on the request where a file was dropped for its size, so that the page can say so."""


class Bounded(FileUploadHandler):
    """Drops a file as soon as it is too large, and each one past the fifth."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.files = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins: is anybody there, and is it one too many?"""
        super().new_file(*args, **kwargs)
        self.files += 1
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated or self.files > MOST_FILES:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece on, while the whole is within bounds."""
        if start + len(raw_data) > max(LARGEST.values()):
            setattr(self.request, TOO_LARGE, True)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep the file."""
        del file_size


class Aside(TemporaryFileUploadHandler):
    """Django's own, which puts large files aside; of one that finds no room nothing is left."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self.upload_interrupted()
            raise

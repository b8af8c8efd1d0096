"""Telling a full or failing disk from a fault of ours, whichever noticed it: file or database.

What cannot be kept is said to be not kept, in plain words; it is never half kept.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

from frith.errors import BadInput

WORDS = "The site's disk is full or cannot be written"
_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
_SQLITE = (
    *("database or disk is full", "disk I/O error", "attempt to write a readonly database"),
    "unable to open database file",
)
_SQLSTATES = frozenset({"53100", "58030", "25006"})
"""PostgreSQL's disk full, input or output error, and a database that is read only."""


def is_no_room(error: BaseException | None) -> bool:
    """True where an error, or what led to it, is that nothing could be written."""
    return any(_says_so(one) for one in _chain(error))


def not_kept(where: str) -> BadInput:
    """The refusal of something that somebody brought, where there is no room for it."""
    return BadInput(
        "was not kept: the site's disk is full or cannot be written",
        where=where,
        mend="Keep your file. Try again later, and tell the person who runs the site.",
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _says_so(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _ERRNOS:
        return True
    if getattr(error, "sqlstate", None) in _SQLSTATES:
        return True
    return type(error).__name__ == "OperationalError" and str(error).startswith(_SQLITE)

"""The two families of error: the user can mend it, or we must.

    FrithError
    ├── Mendable                the user can mend it: says what, where and what to do
    │   ├── BadInput            a file or value is not what was declared
    │   ├── UnknownName         a code, list, table or option that does not exist
    │   ├── VintageMismatch     area codes of one vintage met codes of another
    │   ├── UnregisteredFlow    personal data came by no registered flow
    │   ├── ForbiddenData       a kind of data that frith never reads
    │   └── SourceUnavailable   a publisher or file could not be reached
    └── Fault                   we must mend it: a promise of the code was broken

A *refusal* is neither: a method that looks at good input and declines to answer returns a
`frith.results.Result` whose status is ``refused``. Raise only when there is no answer to return.

Exit codes (`EXIT_…`) belong to the families, so that every command maps them in one place.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_PARTLY_REFUSED = 1
EXIT_COULD_NOT_RUN = 2
EXIT_FAULT = 3


class FrithError(Exception):
    """Anything frith raises on purpose."""

    exit_code = EXIT_COULD_NOT_RUN


class Mendable(FrithError):
    """The user can mend it: `what` is wrong, `where`, and what to do (`mend`)."""

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(self.line())

    def line(self) -> str:
        """One line for a person: where, what, what to do."""
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.mend}" if self.mend else ""
        stop = "" if self.what.endswith((".", "?", "!")) else "."
        return " ".join(f"{place}{self.what}{stop}{advice}".split())


class BadInput(Mendable):
    """A file or value is not what was declared."""


class UnknownName(Mendable):
    """A code, list, table or option that does not exist."""


class VintageMismatch(Mendable):
    """Area codes of one vintage met codes of another; they never join silently."""


class UnregisteredFlow(Mendable):
    """Personal data that came by no registered flow."""


class ForbiddenData(Mendable):
    """A kind of data that frith never reads, with the reason."""


class SourceUnavailable(Mendable):
    """A publisher or file could not be reached."""


class Fault(FrithError):
    """A promise of the code was broken; the user can do nothing but tell us."""

    exit_code = EXIT_FAULT

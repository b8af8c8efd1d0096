"""How linkage compiles its arithmetic."""

from __future__ import annotations

from numba import njit

compiled = njit(cache=True, nogil=True, _nrt=False)
"""Compiled code of linkage makes no arrays, so it counts no references to them (`_nrt`): the
counting would cost ten times the work. The option is numba's own and undocumented; a test fails
where it is gone, and then leaving it out costs time and changes no answer."""

"""The gate: personal data enter linkage only by a registered flow."""

from __future__ import annotations

from frith.errors import BadInput, UnregisteredFlow
from frith.reference.regimes import Regime
from frith.tables import Dataset
from frith.tables.dataset import FileNote

FREE = (Regime.OPEN, Regime.SYNTHETIC)
"""Regimes under which nobody's personal data are shared, so no flow need be named."""


def require_flow(dataset: Dataset) -> FileNote:
    """What `dataset.toml` says of the nominals, or the refusal to link them.

    Raises BadInput where the data set has no nominals, UnregisteredFlow where they are personal
    data and `[files.nominals]` names no flow: the message names the file and its publisher.
    """
    if not dataset.has("nominals"):
        raise BadInput(
            "the data set has no nominals",
            where=dataset.about.name,
            mend="Add nominals.csv with nominal_id and source.",
        )
    note = dataset.about.files.get("nominals", FileNote())
    if note.regime in FREE or note.flow:
        return note
    sources = ", ".join(sorted(dataset.tables["nominals"]["source"].unique()))
    raise UnregisteredFlow(
        f"the nominals of {note.publisher or 'an unnamed publisher'} ({sources}) are personal data "
        f"under {note.regime} and came by no registered flow, so they are not linked",
        where="dataset.toml, files.nominals",
        mend='Register the flow and name it: flow = "…".',
    )

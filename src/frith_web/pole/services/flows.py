"""By what right a file may come in: a registered flow in force, or no personal data at all."""

from __future__ import annotations

from collections.abc import Mapping

from frith.errors import Mendable
from frith.reference.regimes import Regime
from frith.tables.dataset import FileNote
from frith_web.core.models import Flow, Partner
from frith_web.core.models.dated import in_force, today
from frith_web.core.purposes import Purpose

WITHOUT_FLOW = {Regime.OPEN, Regime.SYNTHETIC}


def flow_for(
    *, files: Mapping[str, FileNote], owner: Partner, purpose: Purpose | None = None
) -> Flow | None:
    """The one flow under which these files come; None where none of them is about real people.

    Raises `Mendable` where a file of personal data names no flow, one that is not registered or
    not in force, one of another controller or, where a purpose is said, for another purpose; or
    where files name two.
    """
    named = {name: note.flow for name, note in files.items() if note.regime not in WITHOUT_FLOW}
    if not named:
        return None
    bare = sorted(name for name, key in named.items() if not key)
    if bare:
        raise Mendable(
            f"personal data without a registered flow: {', '.join(bare)}",
            mend="Register the flow, and name it in dataset.toml under each file.",
        )
    if len(set(named.values())) > 1:
        raise Mendable(
            f"files of {len(set(named.values()))} flows in one data set",
            mend="Bring in each flow's files as a data set of their own.",
        )
    key = next(iter(named.values()))
    flow = Flow.objects.filter(in_force(today()), key__iexact=key).first()
    if flow is None:
        raise Mendable(
            f"the flow {key} is not registered, or not in force today",
            mend="Information governance writes it into the register of flows.",
        )
    if flow.controller_id != owner.pk:
        raise Mendable(
            f"the flow {key} is of {flow.controller}, not of {owner}",
            mend="Name the partner whose data this is.",
        )
    if purpose is not None and flow.purpose != purpose.value:
        raise Mendable(
            f"the flow {key} is registered for another purpose",
            mend="Bring it in with a token for the purpose of its flow.",
        )
    wrong = sorted(
        name
        for name, note in files.items()
        if note.regime not in WITHOUT_FLOW and note.regime.value != flow.regime
    )
    if wrong:
        raise Mendable(
            f"the flow {key} is registered under {flow.regime}, these files are not: "
            f"{', '.join(wrong)}",
            mend="Correct the regime in dataset.toml or in the register.",
        )
    return flow

"""How much of each area's recorded crime police activity found, masked where counts must be."""

from __future__ import annotations

import polars as pl

from frith.places.from_dataset import activity_led
from frith.profile.masking import withheld
from frith.profile.material import Material

_SCHEMA = {
    "code": pl.String,
    "share": pl.Float64,
    "reported": pl.Float64,
    "police_led": pl.Float64,
}


def police_share(material: Material) -> tuple[pl.DataFrame, str]:
    """`code`, `share`, `reported`, `police_led` of every small area, and on what it rests.

    Empty, and no note, where masked counts could be worked out.
    """
    events = material.dataset.tables["events"]
    known = events["police_led"].null_count() < events.height
    ours = events.join(material.crimes.select("event_id"), on="event_id", how="semi")
    led = ours.filter(activity_led(ours)).group_by(code="area").agg(led=pl.len())
    tied = material.counts().join(led, on="code", how="left").fill_null(0)
    if material.guarded and withheld(tied.select("code", n="led")):
        return pl.DataFrame(schema=_SCHEMA), ""
    every, found = material.shown(pl.col("n")), material.shown(pl.col("led"))
    basis = (
        "as the records say"
        if known
        else "by type of crime, as the records do not say: drugs and weapons stand in for it"
    )
    shares = tied.select(
        "code",
        share=pl.when(every > 0).then((found / every).clip(0, 1)),
        reported=(every - found).clip(0).cast(pl.Float64),
        police_led=found.cast(pl.Float64),
    )
    return shares, (
        f"Crime found by police activity ({basis}) shows where police looked, so more or less of "
        "it is neither failure nor success; drugs above all."
    )

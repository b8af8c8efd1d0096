"""Planted groups: a module a theme says what it does; `planting` makes members and occasions."""

from frith.borough.groups import (
    begging,
    benefit_fraud,
    brothel,
    cannabis,
    cse,
    drug_line,
    fraud,
    servitude,
    shoplifting,
    vehicle_crime,
)

THEMES = (
    cannabis.THEME,
    shoplifting.THEME,
    drug_line.THEME,
    cse.THEME,
    brothel.THEME,
    begging.THEME,
    servitude.THEME,
    benefit_fraud.THEME,
    fraud.THEME,
    vehicle_crime.THEME,
)
"""In the order they are planted: a small borough has the first ones only."""

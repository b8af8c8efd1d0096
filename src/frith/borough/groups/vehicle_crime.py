"""Vehicle crime: keyless thefts by night, plates changed, cars gone by morning."""

from frith.borough.groups.theme import Offence, Theme

THEME = Theme(
    key="vehicle_crime",
    theme="acquisitive",
    label="theft of vehicles to order",
    members=(3, 6),
    occasions=(8, 22),
    offences=(
        Offence(share=0.70, crime_type="Vehicle crime", code="48"),
        Offence(share=0.20, crime_type="Vehicle crime", code="45"),
        Offence(share=0.10, crime_type="Burglary", code="28E"),
    ),
    age=(16, 38),
    away=0.65,
    premises_type="street",
    led=0.1,
    vehicles=(2, 4),
    loss=(11_000.0, 0.5),
    victims=0.9,
)

"""The words of the document that a reader may not know, each in a sentence."""

from __future__ import annotations

TERMS: tuple[tuple[str, str], ...] = (
    (
        "Anti-social behaviour",
        "Behaviour likely to cause alarm or distress; recorded as an incident, not as a crime.",
    ),
    ("[c]", "A count of 1 to 4 that is masked to protect people."),
    ("Crime type", "One of the 14 broad types into which police.uk sorts what it publishes."),
    (
        "Funnel",
        "A picture of rates beside size, with the range that areas of each size usually show.",
    ),
    (
        "Income domain",
        "The part of the Indices of Deprivation that counts people on low incomes. "
        "It contains no crime.",
    ),
    (
        "Indices of Deprivation",
        "Official figures that place every neighbourhood of England in order of deprivation; "
        "tenth 1 is the most deprived.",
    ),
    (
        "Like months",
        "The same calendar months of two years, so that a season does not look like a change.",
    ),
    (
        "LSOA (neighbourhood)",
        "Lower layer super output area: a small census area of about 1,500 people.",
    ),
    ("Outcome", "What the police or courts decided about a recorded crime."),
    (
        "Range (from, to)",
        "The range within which the true rate lies 19 times in 20, if records come independently.",
    ),
    ("Rate", "Records divided by the residents of a place, for every 1,000 of them."),
    (
        "Recorded offence",
        "A crime reported or found, and written down by the police. "
        "Crime that nobody reported is not in it.",
    ),
    (
        "Smoothed rate",
        "A rate that leans towards the rate of the whole area where a place has few people, "
        "so that chance stands out less.",
    ),
    (
        "Snapped point",
        "A place moved by the publisher to a map point that stands for at least eight addresses.",
    ),
    ("SYNTHETIC", "Made by a computer for practice. It describes no place and nobody."),
)

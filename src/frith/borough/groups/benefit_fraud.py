"""Benefit fraud at one address: many claims, few people, and claimants whose cards others hold."""

from frith.borough.groups.theme import Exploited, Offence, Theme

THEME = Theme(
    key="benefit_fraud",
    theme="benefit_fraud",
    label="many benefit claims from one address",
    members=(2, 6),
    occasions=(6, 18),
    offences=(
        Offence(share=0.60, crime_type="Other crime", code="53D"),
        Offence(share=0.20, crime_type="Other crime", code="61A"),
        Offence(share=0.20, crime_type=None, code=None, kind="referral", source="council"),
    ),
    age=(20, 60),
    sites=(1, 1),
    premises_type="dwelling",
    led=0.35,
    found_by="council",
    exploited=Exploited(number=(1, 4), age=(18, 70), seen=0.70, as_suspect=0.80, found=0.35),
    phones=(1, 2),
    vehicles=(0, 1),
    accounts=(2, 6),
    loss=(4_200.0, 0.8),
)

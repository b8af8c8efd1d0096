"""What each kind of crime asks of the same tables: shop theft, children at risk, venues, fraud."""

from frith.networks.themes.answers import QUESTIONS, Scene, asked_for, theme_results
from frith.networks.themes.at_risk import at_risk
from frith.networks.themes.claims import shared_claims
from frith.networks.themes.fraud import fraud_losses
from frith.networks.themes.shop_theft import shop_theft
from frith.networks.themes.sites import sites
from frith.networks.themes.venues import venues

__all__ = [
    "QUESTIONS",
    "Scene",
    "asked_for",
    "at_risk",
    "fraud_losses",
    "shared_claims",
    "shop_theft",
    "sites",
    "theme_results",
    "venues",
]

"""Places: rates, hot spots, concentration, deprivation, near repeats, scan, trend, silence."""

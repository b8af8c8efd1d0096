"""Rates, control charts, and whether a response had an effect. Activity is never called success."""

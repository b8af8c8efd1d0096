"""Office for National Statistics: outlines, lookups, Census 2021 counts."""

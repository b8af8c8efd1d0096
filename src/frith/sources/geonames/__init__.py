"""GeoNames: named places, for labels on a map."""

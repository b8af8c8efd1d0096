"""Statistics that several rooms need: intervals, false discovery, shrinkage, regression."""

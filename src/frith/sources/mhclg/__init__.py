"""Ministry of Housing, Communities and Local Government: the Indices of Deprivation."""

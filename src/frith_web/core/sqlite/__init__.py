"""Django's SQLite with the one function of ours that triggers of the search call."""

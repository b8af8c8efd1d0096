"""Commands of Django that are ours or that we add to."""

"""The bodies of long work and the worker that does it; rooms ask by name, through core."""

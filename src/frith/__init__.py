"""frith: tables in, answers out, for a partnership that tackles serious and organised crime."""

__version__ = "0.1.0"

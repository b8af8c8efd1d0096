"""frith: tables in, answers out, for a partnership that tackles serious and organised crime."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("frith")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"

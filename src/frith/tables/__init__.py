"""The declared shape of every table handed from room to room; readers; refused rows."""

from frith.tables.dataset import About, Dataset, FileNote
from frith.tables.declare import Column, Kind, Personal, Table
from frith.tables.declared import GEOJSON_TABLES, TABLES
from frith.tables.report import TableReport

__all__ = [
    "GEOJSON_TABLES",
    "TABLES",
    "About",
    "Column",
    "Dataset",
    "FileNote",
    "Kind",
    "Personal",
    "Table",
    "TableReport",
]

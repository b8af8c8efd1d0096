"""The declared shape of every table handed from room to room; readers; refused rows."""

from frith.tables.captures import read_capture_rows
from frith.tables.codebook import Codebook
from frith.tables.dataset import About, Dataset, FileNote
from frith.tables.declare import Column, Kind, Personal, Table
from frith.tables.declared import GEOJSON_TABLES, TABLES
from frith.tables.declared.files import FILES
from frith.tables.document import document
from frith.tables.identity import current_persons, undo
from frith.tables.load import load_dataset
from frith.tables.police_uk import read_outcomes, read_stop_and_search, read_street
from frith.tables.read import empty_frame, read_plain, read_table
from frith.tables.report import Reading, TableReport
from frith.tables.vintages import Converted, convert, require_known, to_larger, vintage_of
from frith.tables.write import write_dataset

__all__ = [
    "FILES",
    "GEOJSON_TABLES",
    "TABLES",
    "About",
    "Codebook",
    "Column",
    "Converted",
    "Dataset",
    "FileNote",
    "Kind",
    "Personal",
    "Reading",
    "Table",
    "TableReport",
    "convert",
    "current_persons",
    "document",
    "empty_frame",
    "load_dataset",
    "read_capture_rows",
    "read_outcomes",
    "read_plain",
    "read_stop_and_search",
    "read_street",
    "read_table",
    "require_known",
    "to_larger",
    "undo",
    "vintage_of",
    "write_dataset",
]

"""Whether a download is what it should be: a whole zip, a CSV, a JSON answer; not an error page."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

_HEAD_BYTES = 1 << 16


class WrongShape(Exception):
    """The bytes are not what was asked for; the message says what they are instead."""


def check_shape(path: Path, form: str) -> None:
    """Raises `WrongShape` where the file is not whole and of the form: zip, csv, json, geojson."""
    if path.stat().st_size == 0:
        raise WrongShape("it is empty")
    if form == "zip":
        _check_zip(path)
    elif form == "csv":
        _check_csv(path)
    else:
        _check_json(path, form)


def _check_zip(path: Path) -> None:
    """The list of contents stands at a zip's end, so a zip cut short has none."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not archive.namelist():
                raise WrongShape("it is a zip with nothing in it")
    except zipfile.BadZipFile as error:
        raise WrongShape(_as_page(path) or "it is not a whole zip archive") from error


def _check_csv(path: Path) -> None:
    with path.open("rb") as handle:
        head = handle.read(_HEAD_BYTES)
    page = _as_page(path)
    if page:
        raise WrongShape(page)
    try:
        text = head.decode("utf-8-sig", errors="strict" if len(head) < _HEAD_BYTES else "ignore")
    except UnicodeDecodeError as error:
        raise WrongShape("it is not text in UTF-8") from error
    header = next(csv.reader(text.splitlines()[:1]), [])
    if len(header) < 2:
        raise WrongShape("it is not a table: its first line has fewer than two columns")


def _check_json(path: Path, form: str) -> None:
    try:
        answer = json.loads(path.read_bytes())
    except ValueError as error:
        raise WrongShape(_as_page(path) or "it is not JSON") from error
    # ArcGIS says that something went wrong with status 200 and an `error` in the answer.
    if isinstance(answer, dict) and "error" in answer:
        told = answer["error"]
        said = told.get("message", told) if isinstance(told, dict) else told
        raise WrongShape(f"the publisher answered with an error: {said}")
    if form == "geojson" and not (isinstance(answer, dict) and "features" in answer):
        raise WrongShape("it is not a GeoJSON feature collection")


def _as_page(path: Path) -> str:
    with path.open("rb") as handle:
        start = handle.read(512).lstrip().lower()
    return "it is a web page, not data" if start.startswith((b"<!doctype html", b"<html")) else ""

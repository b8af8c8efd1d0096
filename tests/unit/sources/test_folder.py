"""A folder of downloads: files told by their headers, police months by their names."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from frith.errors import BadInput
from frith.sources.folder import look_through
from unit.sources.little import FILES, JANUARY, STREET, archive, table, write_folder

JANUARY_NAME = "2024-01-south-yorkshire-street.csv"


def street(path: Path) -> dict[str, str]:
    files = look_through(path).police_files(force="south-yorkshire", kind="street")
    return {month: file.name for month, file in files.items()}


def test_every_kind_of_file_is_known_by_its_headers(tmp_path: Path) -> None:
    folder = look_through(write_folder(tmp_path))
    assert set(folder.by_source) == {
        "lsoa21_outlines", "ward_outlines", "district_outlines", "lsoa21_districts",
        "lsoa11_lsoa21", "lsoa21_centroids", "census_households_and_residents",
        "deprivation_2025", "deprivation_2019", "place_names",
    }  # fmt: skip
    assert folder.unknown == ()


def test_names_do_not_matter_headers_do(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "census.csv").rename(tmp_path / "download (3).csv")
    assert look_through(tmp_path).need("census_households_and_residents").name == "download (3).csv"


def test_files_that_are_not_known_are_told(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "letter.docx").write_bytes(b"x")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    assert [path.name for path in look_through(tmp_path).unknown] == ["letter.docx", "other.csv"]


def test_months_loose_gzipped_in_folders_and_in_archives(tmp_path: Path) -> None:
    assert street(write_folder(tmp_path / "gzipped")) == {
        "2024-01": f"{JANUARY_NAME}.gz",
        "2024-03": "2024-03-south-yorkshire-street.csv.gz",
    }
    extracted = tmp_path / "extracted"
    for name, (header, rows) in FILES.items():
        (extracted / name).parent.mkdir(parents=True, exist_ok=True)
        (extracted / name).write_bytes(table(header, rows))
    assert set(street(extracted)) == {"2024-01", "2024-03"}
    zipped = tmp_path / "zipped"
    zipped.mkdir()
    (zipped / "2024-03.zip").write_bytes(archive())
    assert street(zipped)["2024-01"] == f"2024-03.zip:{JANUARY_NAME}"


def test_a_later_archive_goes_before_an_earlier_and_a_loose_file_before_both(
    tmp_path: Path,
) -> None:
    for name in ("2024-03.zip", "2024-06.zip"):
        (tmp_path / name).write_bytes(archive())
    assert street(tmp_path)["2024-01"].startswith("2024-06.zip")
    (tmp_path / JANUARY_NAME).write_bytes(table(STREET, JANUARY))
    assert street(tmp_path)["2024-01"] == JANUARY_NAME


def test_another_force_of_a_like_name_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "2024-01-yorkshire-street.csv").write_bytes(table(STREET, JANUARY))
    assert street(tmp_path) == {}


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2024-03.zip").write_bytes(archive()[:-30])
    with pytest.raises(BadInput, match="not a whole zip"):
        look_through(tmp_path)


def test_an_empty_folder_and_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing in it is known"):
        look_through(tmp_path)
    with pytest.raises(BadInput, match="not a folder"):
        look_through(tmp_path / "none")


def test_what_is_needed_and_absent_says_where_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "2024-03.zip").write_bytes(archive())
    with pytest.raises(BadInput, match="Fetch it from https://geoportal") as error:
        look_through(tmp_path).need("lsoa21_outlines")
    assert error.value.where == str(tmp_path)


def test_licences_and_attribution_of_a_sources_page_are_taken(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "SOURCES.md").write_text(
        'Attribution to carry: "Thank them."\n\n'
        "| file | what | publisher | licence |\n|---|---|---|---|\n"
        "| boundaries/wards.geojson | wards | A. Mapper | CC BY 4.0 |\n"
        "| boundaries/lsoa_2021.geojson | LSOAs | A. Mapper | as above |\n"
    )
    folder = look_through(tmp_path)
    assert folder.attribution == "Thank them."
    assert folder.need("ward_outlines").licence == "CC BY 4.0"
    assert folder.need("ward_outlines").publisher == "A. Mapper"
    # "as above" says nothing by itself: then the publisher's own licence holds
    assert folder.need("lsoa21_outlines").licence == "Open Government Licence v3.0"


def test_outlines_are_what_their_first_code_says(tmp_path: Path) -> None:
    (tmp_path / "older.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
        '{"lsoa11_code":"E01000001","lad_code":"E08000098","lad_name":"L"},"geometry":null}]}'
    )
    (tmp_path / "2024-03.zip").write_bytes(archive())
    assert look_through(tmp_path).all_of("district_outlines") == ()


def test_a_zip_inside_is_read_only_for_its_police_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "2024-03.zip", "w") as whole:
        whole.writestr("2024-01/README.txt", "hello")
        whole.writestr(f"2024-01/{JANUARY_NAME}", table(STREET, JANUARY))
    assert set(street(tmp_path)) == {"2024-01"}

"""What verification says of a whole log and of each way to break one; roots, signed and outside."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from audit_log import add, alone, as_file, columns, dump, lift, restore, write
from frith.errors import BadInput, Mendable
from frith_web.core import guards
from frith_web.core.merkle import leaf, root
from frith_web.core.models import AuditEntry, LogRoot, User
from frith_web.core.services.audit_roots import hand_over, letter, sign_root
from frith_web.core.services.audit_statements import is_signed, of_root, read_letters
from frith_web.core.services.audit_verify import verify

Held = dict[str, list[list[Any]]]
ALONE = alone()
N, ACT, PREVIOUS, HASH = 0, 6, 11, 12


@pytest.fixture
def log(analyst: User) -> list[str]:
    """Thirty rows with a root over twenty, handed outside; the letters that were handed."""
    write(20, actor=analyst)
    letters = [letter(hand_over(root=sign_root(), to="the DPO", actor=None))]
    write(9, start=20)
    return letters


def verdicts(tmp_path: Path, letters: list[str]) -> tuple[str, str]:
    """What the site says, and what the verifier says that knows no frith."""
    outside = [one for text in letters for one in read_letters(text, where="copy")]
    files = []
    for n, text in enumerate(letters):
        files.append(tmp_path / f"copy{n}.txt")
        files[-1].write_text(text, "utf-8")
    path = as_file(dump(), tmp_path / "log.sqlite3")
    copies = [one for file in files for one in ALONE.read_letters(file)]
    line, whole = ALONE.check_log(path, copies)
    mine = verify(outside=outside)
    assert whole is (not mine.faults)
    return mine.line, line


def test_a_whole_log_is_whole(log: list[str], tmp_path: Path) -> None:
    expected = "The log is whole: 30 entries, 1 signed roots, 1 outside."
    assert verdicts(tmp_path, log) == (expected, expected)


def test_an_empty_log_is_whole(site: Settings, tmp_path: Path) -> None:
    expected = "The log is whole: 0 entries, 0 signed roots, 0 outside."
    assert verdicts(tmp_path, []) == (expected, expected)


def edited(held: Held) -> None:
    held[guards.ENTRY][4][ACT] = "core.sign_out"


def deleted(held: Held) -> None:
    del held[guards.ENTRY][6]


def moved(held: Held) -> None:
    rows = held[guards.ENTRY]
    rows[2], rows[3] = rows[2][:1] + rows[3][1:], rows[3][:1] + rows[2][1:]


def cut_short(held: Held) -> None:
    del held[guards.ENTRY][25:]


def forged_hash(held: Held) -> None:
    held[guards.ENTRY][29][HASH] = "f" * 64


def beheaded(held: Held) -> None:
    held[guards.HEAD].clear()


def forged_root(held: Held) -> None:
    held[guards.ROOT][0][columns(guards.ROOT).index("root")] = "f" * 64


def dropped_root(held: Held) -> None:
    held[guards.ROOT][0][columns(guards.ROOT).index("n_from")] = 5


def not_a_row(held: Held) -> None:
    held[guards.ENTRY][8][ACT] = None


@pytest.mark.parametrize(
    ("tamper", "where"),
    [
        (edited, "entry 5: its content is not what was written."),
        (deleted, "entry 7: missing; entry 8 follows 6."),
        (moved, "entry 3: does not follow from the entry before it."),
        (cut_short, "the head says 30 entries; the last one there is 25."),
        (forged_hash, "entry 30: its content is not what was written."),
        (beheaded, "the log's head is missing."),
        (forged_root, "root over 20: its signature is not right."),
        (dropped_root, "root over 20: it follows no root over 0."),
    ],
)
def test_each_tampering_is_named_with_its_place(
    log: list[str], tmp_path: Path, tamper: Callable[[Held], None], where: str
) -> None:
    lift()
    held = dump()
    tamper(held)
    restore(held)
    for line in verdicts(tmp_path, log):
        assert line.startswith("The log is broken (")
        assert where in line


def test_what_is_no_row_is_named_by_the_other_verifier_too(log: list[str], tmp_path: Path) -> None:
    held = dump()
    not_a_row(held)
    line, whole = ALONE.check_log(as_file(held, tmp_path / "log.sqlite3"), [])
    assert not whole
    assert "entry 9: it does not have the shape of an entry." in line


def test_cutting_off_the_end_with_head_and_roots_is_seen_from_outside_alone(
    log: list[str], tmp_path: Path
) -> None:
    lift()
    held = dump()
    del held[guards.ENTRY][15:]
    held[guards.ROOT].clear()
    held[guards.HEAD] = [[1, 15, held[guards.ENTRY][-1][HASH]]]
    restore(held)
    assert all("is whole: 15 entries" in line for line in verdicts(tmp_path, []))
    for line in verdicts(tmp_path, log):
        assert "copy over 20: 5 entries at the end are gone." in line


def test_rewriting_everything_with_the_key_is_seen_from_outside_alone(
    log: list[str], tmp_path: Path
) -> None:
    lift()
    kept = list(AuditEntry.objects.order_by("n"))
    held = {table: [] for table in dump()}
    held[guards.HEAD] = [[1, 0, "0" * 64]]
    restore(held)
    for row in kept:
        add(row.act if row.n != 3 else "core.something_else", kind=row.kind, records=row.records)
    sign_root()
    assert all("is whole: 30 entries" in line for line in verdicts(tmp_path, []))
    for line in verdicts(tmp_path, log):
        assert "copy over 20: the entries before it are not those it was made of." in line


def test_the_root_is_that_of_the_entries_and_is_signed(log: list[str]) -> None:
    kept = LogRoot.objects.get()
    hashes = AuditEntry.objects.filter(n__lte=20).order_by("n").values_list("hash", flat=True)
    assert (kept.n_from, kept.n_to, kept.tree_size) == (1, 20, 20)
    assert kept.root == root([leaf(bytes.fromhex(one)) for one in hashes]).hex()
    assert is_signed(of_root(kept))
    assert (kept.handed_to, kept.handed_at is not None) == ("the DPO", True)
    row = AuditEntry.objects.get(act="core.log_root.hand_over")
    assert (row.recipient, row.detail) == ("the DPO", {"entries": 20, "root": kept.root})


def test_the_key_is_for_this_user_alone(log: list[str], site: Settings) -> None:
    assert stat.S_IMODE((site.DATA / "log_key").stat().st_mode) == 0o600


def test_without_new_entries_there_is_no_new_root(log: list[str]) -> None:
    second = sign_root()
    assert (second.n_from, second.tree_size) == (21, 30)
    assert sign_root() == second
    assert LogRoot.objects.count() == 2


def test_the_second_letter_proves_that_it_only_adds_to_the_first(
    log: list[str], tmp_path: Path
) -> None:
    text = letter(sign_root())
    assert "begins with entries: 20" in text
    assert verdicts(tmp_path, [*log, text])[1].endswith("30 entries, 2 signed roots, 2 outside.")
    (one,) = ALONE.read_letters(tmp_path / "copy1.txt")
    assert list(ALONE.letter_faults(one, "copy")) == []
    one["whose root is"] = "f" * 64
    assert list(ALONE.letter_faults(one, "copy")) == [
        "copy over 30: it does not begin with the root before it."
    ]


def test_a_broken_log_is_not_signed(log: list[str]) -> None:
    lift()
    AuditEntry.objects.filter(n=25).update(act="core.sign_out")
    with pytest.raises(Mendable, match="entry 25: its content is not what was written"):
        sign_root()
    AuditEntry.objects.filter(n__gte=24).delete()
    with pytest.raises(Mendable, match="missing"):
        sign_root()


def test_a_root_whose_parts_were_changed_is_not_built_upon(log: list[str]) -> None:
    lift()
    LogRoot.objects.update(frontier=["f" * 64, "e" * 64])
    with pytest.raises(Mendable, match="its parts do not give it"):
        sign_root()


def test_an_empty_log_has_no_root(site: Settings) -> None:
    with pytest.raises(Mendable, match="no entries yet"):
        sign_root()


def test_a_letter_survives_being_quoted_in_a_mail(log: list[str]) -> None:
    quoted = "Dear all,\n" + "".join(f"> {line}\r\n" for line in log[0].splitlines())
    (one,) = read_letters(quoted, where="mail")
    assert one == of_root(LogRoot.objects.get())
    assert is_signed(one)


def test_a_root_copied_by_hand_needs_no_signature(log: list[str], tmp_path: Path) -> None:
    kept = LogRoot.objects.get()
    by_hand = f"frith log root\nentries: 20\nroot: {kept.root.upper()}\n"
    assert "is whole" in verdicts(tmp_path, [by_hand])[0]
    wrong = by_hand.replace(kept.root.upper()[:4], "0000")
    assert all("copy over 20" in line for line in verdicts(tmp_path, [wrong]))


def test_a_letter_with_a_wrong_signature_is_named(log: list[str], tmp_path: Path) -> None:
    forged = log[0].replace("signed at: 20", "signed at: 19")
    for line in verdicts(tmp_path, [forged]):
        assert "copy over 20: its signature is not right." in line


@pytest.mark.parametrize("text", ["", "hello", "frith log root\nentries: x\nroot: y\n"])
def test_what_is_no_letter_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read_letters(text, where="copy")
    (tmp_path / "copy").write_text(text)
    with pytest.raises(ALONE.CannotRead):
        ALONE.read_letters(tmp_path / "copy")


def exported(path: Path) -> Path:
    """The log as `psql` would export it: lines of JSON, in whatever spelling and zone."""
    lines = []
    for table in (guards.ENTRY, guards.HEAD, guards.ROOT):
        for row in dump()[table]:
            held = dict(zip(columns(table), row, strict=True))
            for name in ("records", "detail", "frontier"):
                if name in held:
                    held[name] = json.loads(held[name])
            for name in ("at", "signed_at"):
                if name in held:
                    held[name] = str(held[name]).replace(" ", "T") + "+00:00"
            lines.append(json.dumps(held, indent=None, separators=(", ", " : ")))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_an_export_is_verified_like_the_database(log: list[str], tmp_path: Path) -> None:
    path = exported(tmp_path / "log.jsonl")
    copy = tmp_path / "copy.txt"
    copy.write_text(log[0], "utf-8")
    line, whole = ALONE.check_log(path, ALONE.read_letters(copy))
    assert (line, whole) == ("The log is whole: 30 entries, 1 signed roots, 1 outside.", True)
    path.write_text(path.read_text("utf-8").replace("N-5", "N-6", 1), "utf-8")
    line, whole = ALONE.check_log(path, [])
    assert not whole
    assert "entry 6: its content is not what was written." in line


def test_the_other_verifier_as_a_command(
    log: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, copy = as_file(dump(), tmp_path / "log.sqlite3"), tmp_path / "copy.txt"
    copy.write_text(log[0], "utf-8")
    assert ALONE.main([str(path), "--outside", str(copy)]) == 0
    assert capsys.readouterr().out.startswith("The log is whole: 30 entries")
    held = dump()
    edited(held)
    as_file(held, path)
    assert ALONE.main([str(path)]) == 1
    assert ALONE.main([str(tmp_path / "nothing")]) == 2
    copy.write_bytes(b"\xff\xfe")
    assert ALONE.main([str(path), "--outside", str(copy)]) == 2
    with pytest.raises(SystemExit):
        ALONE.main([])

"""Check frith's audit log without frith: Python's standard library and this one file.

    python verify_log.py site.sqlite3 --outside root-2026-11.txt root-2026-12.txt
    python verify_log.py log.jsonl --outside root-2026-12.txt
    python verify_log.py --proof entry-1234.json --outside root-2026-12.txt

The SQLite file is opened for reading only. From PostgreSQL, export the three tables first:

    psql -At -c "SELECT row_to_json(e) FROM core_auditentry e ORDER BY n" \\
             -c "SELECT row_to_json(h) FROM core_audithead h" \\
             -c "SELECT row_to_json(r) FROM core_logroot r ORDER BY tree_size" > log.jsonl

What is checked. Each row is JSON with its keys in order and no blanks; its hash is SHA-256 of the
hash before it (32 bytes, zeros before the first row) and that JSON. The hashes are the leaves of a
Merkle tree (RFC 9162); a root is signed with Ed25519 (RFC 8032). Roots that were kept outside show
what somebody who could rewrite the whole database would hide.

Prints one line. Exit 0: whole. Exit 1: broken, and the line says what and where. Exit 2: the files
could not be read.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256, sha512
from json.encoder import encode_basestring as quoted
from pathlib import Path
from typing import Any

GENESIS = bytes(32)
BLOCK = 4096
MOST = 20
NAMES = (
    *("n", "at", "kind", "actor_id", "actor_name", "actor_partner", "act", "records", "purpose"),
    *("recipient", "detail", "previous_hash", "hash"),
)
SELECT = (
    "SELECT n, CAST(at AS text), kind, actor_id, actor_name, actor_partner, act, "
    "CAST(records AS text), purpose, recipient, CAST(detail AS text), previous_hash, hash, "
    "json_valid(records) AND json_valid(detail) FROM core_auditentry ORDER BY n"
)
ROOT_NAMES = ("n_from", "n_to", "tree_size", "root", "signed_at", "public_key", "signature")
TITLE = "frith log root"
LINE = re.compile(r"^[>\s]*([a-z][a-z0-9 ]*?)\s*:\s*(\S.*?)\s*$")
HASH = re.compile(r"[0-9a-f]{64}")


class CannotRead(Exception):
    """A file is not what it should be."""


# --- the log, from SQLite or from an export ---------------------------------------------------


class Log:
    """Rows, head and roots, wherever they lie."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise CannotRead(f"{path}: there is no such file")
        self.path = path
        with path.open("rb") as file:
            self.is_sqlite = file.read(15) == b"SQLite format 3"
        self.heads: list[dict[str, Any]] = []
        self.roots: list[dict[str, Any]] = []
        if self.is_sqlite:
            self.database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            self._read_small_tables()
        else:
            for row in self._lines():
                if "tree_size" in row:
                    self.roots.append(row)
                elif "act" not in row:
                    self.heads.append(row)

    def _read_small_tables(self) -> None:
        try:
            for n, kept in self.database.execute("SELECT n, hash FROM core_audithead"):
                self.heads.append({"n": n, "hash": kept})
            asked = f"SELECT {', '.join(ROOT_NAMES)} FROM core_logroot ORDER BY tree_size"  # noqa: S608
            for row in self.database.execute(asked):
                self.roots.append(dict(zip(ROOT_NAMES, row, strict=True)))
        except sqlite3.DatabaseError as error:
            raise CannotRead(f"{self.path}: {error}") from None

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Each row by `NAMES`, as SQLite keeps it, and whether its JSON is JSON."""
        if self.is_sqlite:
            return self.database.execute(SELECT)
        return self._exported()

    def _exported(self) -> Iterator[tuple[Any, ...]]:
        for row in self._lines():
            if "act" in row:
                row["at"] = sqlite_moment(row["at"])
                row["records"], row["detail"] = canonical(row["records"]), canonical(row["detail"])
                yield (*(row[name] for name in NAMES), 1)

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self.path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                try:
                    if line.strip():
                        yield json.loads(line)
                except ValueError as error:
                    raise CannotRead(f"{self.path}, line {number}: {error}") from None


def canonical(value: Any) -> str:
    """JSON in the one way the log writes it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sqlite_moment(text: str) -> str:
    """A moment of any zone, as SQLite keeps it: UTC, a blank, no fraction where it is nought."""
    return str(datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None))


def moment(text: str) -> str:
    """SQLite's moment as it is hashed. Raises `ValueError` for any other spelling."""
    if text[10:11] == " ":
        if len(text) == 26 and text[19:] != ".000000":
            return f"{text[:10]}T{text[11:]}Z"
        if len(text) == 19:
            return f"{text[:10]}T{text[11:]}.000000Z"
    raise ValueError(text)


def as_text(row: Sequence[Any]) -> str:
    """A row as it was hashed. Raises `ValueError` or `TypeError` where it is no row."""
    n, at, kind, who, name, partner, act, records, purpose, recipient, detail, _, _, valid = row
    if type(n) is not int or not (who is None or type(who) is int) or not valid:
        raise ValueError(n)
    return (
        f'{{"act":{quoted(act)},"actor_id":{"null" if who is None else who}'
        f',"actor_name":{quoted(name)},"actor_partner":{quoted(partner)},"at":"{moment(at)}"'
        f',"detail":{detail},"kind":{quoted(kind)},"n":{n},"purpose":{quoted(purpose)}'
        f',"recipient":{quoted(recipient)},"records":{records}}}'
    )


# --- the tree (RFC 9162, section 2.1) ---------------------------------------------------------


def leaf(entry_hash: bytes) -> bytes:
    """A row's hash as a leaf."""
    return sha256(b"\x00" + entry_hash).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Two subtrees as one."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows at its end; a stack of (leaves, root of a full subtree)."""

    def __init__(self) -> None:
        self.size = 0
        self.full: list[tuple[int, bytes]] = []

    def extend(self, leaves: list[bytes]) -> None:
        """More leaves, as many whole subtrees at a time as there are."""
        done = 0
        while done < len(leaves):
            block = 1 << (len(leaves) - done).bit_length() - 1
            if self.size:
                block = min(block, self.size & -self.size)
            level = leaves[done : done + block]
            while len(level) > 1:  # `node` of each pair, written out because checking lives on it
                pairs = zip(level[::2], level[1::2], strict=True)
                level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            size, top = block, level[0]
            while self.full and self.full[-1][0] == size:
                top = node(self.full.pop()[1], top)
                size *= 2
            self.full.append((size, top))
            self.size += block
            done += block

    def root(self) -> str:
        """The root as it stands."""
        if not self.full:
            return sha256(b"").hexdigest()
        top = self.full[-1][1]
        for _, one in reversed(self.full[:-1]):
            top = node(one, top)
        return top.hex()


def includes(*, found: bytes, index: int, size: int, proof: list[bytes], root: str) -> bool:
    """True where the leaf `found` stands at `index` in the tree of that root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found.hex() == root


def is_consistent(
    *, first: int, first_root: str, second: int, second_root: str, proof: list[bytes]
) -> bool:
    """True where the tree of `second` leaves begins with that of `first` (2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return False
    steps = proof if first.bit_count() > 1 else [bytes.fromhex(first_root), *proof]
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for one in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node(one, before), node(one, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node(after, one)
        place, last = place >> 1, last >> 1
    return last == 0 and before.hex() == first_root and after.hex() == second_root


# --- signatures: Ed25519, verification only (RFC 8032, section 5.1.7) --------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def _point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y = number & (1 << 255) - 1
    x = _x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def _sum(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def _times(times: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while times:
        if times & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        times >>= 1
    return total


def is_signed(*, key: str, signature: str, text: str) -> bool:
    """True where the Ed25519 signature of the text is that of the key."""
    try:
        public, given = bytes.fromhex(key), bytes.fromhex(signature)
    except ValueError:
        return False
    if len(public) != 32 or len(given) != 64:
        return False
    a, r = _point(public), _point(given[:32])
    s = int.from_bytes(given[32:], "little")
    base = _point(bytes.fromhex("58" + "66" * 31))
    if a is None or r is None or base is None or s >= ORDER:
        return False
    h = int.from_bytes(sha512(given[:32] + public + text.encode()).digest(), "little") % ORDER
    left, right = _times(s, base), _sum(r, _times(h, a))
    return not (
        (left[0] * right[2] - right[0] * left[2]) % P
        or (left[1] * right[2] - right[1] * left[2]) % P
    )


# --- roots -------------------------------------------------------------------------------------


def signed_text(size: int, values: dict[str, str]) -> str:
    """The words that are signed."""
    return (
        f"{TITLE}\nentries: {size}\nroot: {values['root']}\n"
        f"signed at: {values['signed at']}\nkey: {values['key']}\n"
    )


def read_letters(path: Path) -> list[dict[str, str]]:
    """Every root in a file that was handed outside: its lines by name."""
    try:
        parts = path.read_text("utf-8").split(TITLE)[1:]
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"{path}: {error}") from None
    found = []
    for part in parts:
        matches = (LINE.match(line) for line in part.splitlines())
        values = {match[1]: match[2] for match in matches if match}
        values["entries"] = values.get("entries", "").replace(",", "")
        values["root"] = values.get("root", "").lower()
        if not values["entries"].isdecimal() or not HASH.fullmatch(values["root"]):
            raise CannotRead(f"{path}: a log root lacks its number of entries or its characters")
        values["signature"] = values.get("signature 1", "") + values.get("signature 2", "")
        found.append({"signed at": "", "key": "", **values})
    if not found:
        raise CannotRead(f"{path}: there is no log root in it")
    return found


def of_row(row: dict[str, Any]) -> dict[str, str]:
    """A root from its table, as a letter has it."""
    at = row["signed_at"]
    return {
        "entries": str(row["tree_size"]),
        "root": str(row["root"]),
        "signed at": moment(sqlite_moment(at) if "T" in at else at),
        "key": str(row["public_key"]),
        "signature": str(row["signature"]),
    }


def letter_faults(letter: dict[str, str], what: str) -> Iterator[str]:
    """What is wrong with a root by itself: its signature, and whether it adds to the one before."""
    size = int(letter["entries"])
    if letter["signature"] and not is_signed(
        key=letter["key"], signature=letter["signature"], text=signed_text(size, letter)
    ):
        yield f"{what} over {size:,}: its signature is not right."
    if "begins with entries" in letter:
        proof = [letter[name] for name in letter if re.fullmatch(r"proof \d+", name)]
        if not is_consistent(
            first=int(letter["begins with entries"]),
            first_root=letter.get("whose root is", ""),
            second=size,
            second_root=letter["root"],
            proof=[bytes.fromhex(one) for one in proof],
        ):
            yield f"{what} over {size:,}: it does not begin with the root before it."


# --- the whole ---------------------------------------------------------------------------------


class Check:
    """How far the check has come, and what it found."""

    def __init__(self, stops: Iterable[int]) -> None:
        self.n, self.last = 0, GENESIS
        self.tree = Tree()
        self.stops = sorted(stops, reverse=True)
        self.roots: dict[int, str] = {}
        self.faults: list[str] = []
        self._waiting: list[bytes] = []

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows in order of number, until there are faults enough."""
        waiting, stop, before = self._waiting, self._next_stop(), self.last.hex()
        for row in rows:
            kept = row[-2]
            if row[0] == self.n + 1 and row[-3] == before:
                try:
                    found = sha256(self.last + as_text(row).encode()).digest()
                    fits = found.hex() == kept
                except (TypeError, ValueError):
                    fits = False
                if fits:
                    self.n, self.last, before = row[0], found, kept
                    waiting.append(found)
                    if self.n >= stop:
                        self.settle()
                        waiting, stop = self._waiting, self._next_stop()
                    continue
            self.row(row)  # which says what is wrong
            waiting, stop, before = self._waiting, self._next_stop(), self.last.hex()
            if len(self.faults) >= MOST:
                break

    def _next_stop(self) -> int:
        """The number at which what waits is put into the tree."""
        full = self.n - len(self._waiting) + BLOCK
        return min(full, self.stops[-1]) if self.stops else full

    def row(self, row: Sequence[Any]) -> None:
        """One row, in order of number, with every fault there is in it."""
        n, previous, kept = row[0], row[-3], row[-2]
        if n != self.n + 1:
            self.faults.append(f"entry {self.n + 1:,}: missing; entry {n} follows {self.n:,}.")
        try:
            found = sha256(self.last + as_text(row).encode()).digest()
            if previous != self.last.hex():
                self.faults.append(f"entry {n:,}: does not follow from the entry before it.")
            elif found.hex() != kept:
                self.faults.append(f"entry {n:,}: its content is not what was written.")
            self.last = bytes.fromhex(kept)
        except (TypeError, ValueError):
            self.faults.append(f"entry {n}: it does not have the shape of an entry.")
            found = self.last = GENESIS
        self.n = n if isinstance(n, int) else self.n + 1
        self._waiting.append(found)
        if len(self._waiting) == BLOCK or (self.stops and self.n >= self.stops[-1]):
            self.settle()

    def settle(self) -> None:
        """Put what waits into the tree as leaves, and take the roots that are due."""
        self.tree.extend([sha256(b"\x00" + found).digest() for found in self._waiting])
        self._waiting = []
        while self.stops and self.n >= self.stops[-1]:
            stop = self.stops.pop()
            if self.tree.size == stop:
                self.roots[stop] = self.tree.root()

    def against(self, letter: dict[str, str], what: str) -> None:
        """A root against the rows that are there."""
        size = int(letter["entries"])
        if size > self.n:
            gone = size - self.n
            self.faults.append(f"{what} over {size:,}: {gone:,} entries at the end are gone.")
        elif self.roots.get(size) != letter["root"]:
            self.faults.append(
                f"{what} over {size:,}: the entries before it are not those it was made of."
            )


def check_log(path: Path, outside: list[dict[str, str]]) -> tuple[str, bool]:
    """One line on the whole log, and whether it is whole."""
    log = Log(path)
    roots = log.roots
    check = Check(
        {int(row["tree_size"]) for row in roots} | {int(one["entries"]) for one in outside}
    )
    try:
        check.rows(log.rows())
        check.settle()
    except (sqlite3.DatabaseError, KeyError) as error:
        check.faults.append(f"after entry {check.n:,} the table cannot be read ({error}).")
    _against_head(check, log.heads)
    covered = 0
    for row in roots:
        if row["n_from"] != covered + 1:
            check.faults.append(
                f"root over {row['tree_size']:,}: it follows no root over {covered:,}."
            )
        covered = row["n_to"]
        check.faults += letter_faults(of_row(row), "root")
        check.against(of_row(row), "root")
    for one in outside:
        check.faults += letter_faults(one, "copy")
        check.against(one, "copy")
    size = f"{check.n:,} entries, {len(roots):,} signed roots, {len(outside):,} outside"
    if not check.faults:
        return f"The log is whole: {size}.", True
    more = f" And {len(check.faults) - 1} more." if len(check.faults) > 1 else ""
    return f"The log is broken ({size}): {check.faults[0]}{more}", False


def _against_head(check: Check, heads: list[dict[str, Any]]) -> None:
    if not heads:
        check.faults.append("the log's head is missing.")
    elif heads[0]["n"] != check.n:
        check.faults.append(
            f"the head says {heads[0]['n']:,} entries; the last one there is {check.n:,}."
        )
    elif heads[0]["hash"] != check.last.hex():
        check.faults.append(f"the head's hash is not that of entry {check.n:,}.")


def check_proof(path: Path, outside: list[dict[str, str]]) -> tuple[str, bool]:
    """One line on one entry: that it stands in a root that was kept outside."""
    try:
        proof = json.loads(path.read_text("utf-8"))
        entry, size, root = proof["entry"], int(proof["size"]), proof["root"]
        row = {**entry, "at": sqlite_moment(entry["at"])}
        row["records"], row["detail"] = canonical(row["records"]), canonical(row["detail"])
        text = as_text([*(row[name] for name in NAMES), 1])
        found = sha256(bytes.fromhex(entry["previous_hash"]) + text.encode()).digest()
        steps = [bytes.fromhex(one) for one in proof["proof"]]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CannotRead(f"{path}: {error!r}") from None
    n = entry["n"]
    if not any(one["root"] == root and int(one["entries"]) == size for one in outside):
        return f"Entry {n:,}: the root it names is none of those kept outside.", False
    if not includes(found=leaf(found), index=n - 1, size=size, proof=steps, root=root):
        return f"Entry {n:,}: it does not stand in the root over {size:,}.", False
    return f"Entry {n:,} stands in the root over {size:,} entries, as it was written.", True


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; what it says goes to standard output."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("log", nargs="?", type=Path, help="SQLite file, or exported lines of JSON")
    parser.add_argument("--outside", nargs="+", type=Path, default=[], help="roots kept outside")
    parser.add_argument("--proof", type=Path, help="one entry with its proof")
    given = parser.parse_args(arguments)
    if (given.log is None) == (given.proof is None):
        parser.error("give the log, or --proof with one entry")
    try:
        outside = [one for path in given.outside for one in read_letters(path)]
        check = check_log if given.proof is None else check_proof
        line, whole = check(given.log or given.proof, outside)
    except CannotRead as error:
        sys.stdout.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{line}\n")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())

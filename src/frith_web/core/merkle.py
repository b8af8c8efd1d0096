"""The tree of hashes over the log (RFC 9162, section 2.1): roots and the two kinds of proof.

Laurie, Messeri and Stradling (2021), *Certificate Transparency Version 2.0*, RFC 9162. A leaf is a
row's hash. Whoever keeps a root outside can be shown, with a handful of hashes, that a row stands
in it (inclusion) and that a later root only adds to it (consistency).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf(entry_hash: bytes) -> bytes:
    """A row's hash as a leaf of the tree."""
    return sha256(b"\x00" + entry_hash).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Two subtrees as one."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows by leaves and keeps only the roots of its full subtrees, largest first.

    `size` leaves stand in it; the subtrees' sizes are the powers of two that make up `size`.
    """

    def __init__(self, *, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(peaks):
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees")
        self.size = size
        self.peaks = list(peaks)

    def extend(self, entry_hashes: Sequence[bytes]) -> None:
        """More leaves, at the end; whole subtrees at a time, because verification lives on it."""
        leaves = [sha256(b"\x00" + one).digest() for one in entry_hashes]
        done = 0
        while done < len(leaves):
            block = 1 << (len(leaves) - done).bit_length() - 1
            if self.size:
                block = min(block, self.size & -self.size)
            top = root(leaves[done : done + block])
            full = self.size // block
            while full & 1:
                top = node(self.peaks.pop(), top)
                full >>= 1
            self.peaks.append(top)
            self.size += block
            done += block

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self.peaks:
            return EMPTY
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = node(peak, top)
        return top


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves that are hashed already."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        odd = [level.pop()] if len(level) % 2 else []
        level = [node(level[i], level[i + 1]) for i in range(0, len(level), 2)] + odd
    return level[0]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion(leaves[:k], index), root(leaves[k:])]
    return [*inclusion(leaves[k:], index - k), root(leaves[:k])]


def consistency(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """The hashes that show this tree begins with that of the `first` leaves (2.1.4.1)."""
    if not 0 < first <= len(leaves):
        raise ValueError(f"a tree of {first} leaves is no beginning of one of {len(leaves)}")
    return _subproof(leaves, first, whole=True)


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if first <= k:
        return [*_subproof(leaves[:k], first, whole=whole), root(leaves[k:])]
    return [*_subproof(leaves[k:], first - k, whole=False), root(leaves[:k])]


def includes(
    *, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes
) -> bool:
    """True where a leaf stands at `index` in the tree of that root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf_hash
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
    return last == 0 and found == root_hash


def is_consistent(
    *, first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """True where the tree of `second` leaves begins with the tree of `first` (2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return False
    steps = list(proof) if first.bit_count() > 1 else [first_root, *proof]
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
    return last == 0 and before == first_root and after == second_root

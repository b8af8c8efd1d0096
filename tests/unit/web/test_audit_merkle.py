"""The tree of RFC 9162: roots however they are grown, both proofs, and both verifiers."""

from __future__ import annotations

import importlib.util
from hashlib import sha256
from types import ModuleType

import pytest

from frith_web.core.merkle import (
    EMPTY,
    Frontier,
    consistency,
    includes,
    inclusion,
    is_consistent,
    leaf,
    root,
)
from support import ROOT

# The eight inputs of the reference tests of Certificate Transparency (RFC 6962 and RFC 9162 use
# the same tree), and their roots: Laurie, Langley and Kasper, RFC 6962, reference implementation.
INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf(sha256(bytes([n])).digest()) for n in range(70)]
HASHES = [sha256(bytes([n])).digest() for n in range(70)]


@pytest.fixture(scope="module")
def alone() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_log", ROOT / "tools" / "verify_log.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots(size: int) -> None:
    inputs = [bytes.fromhex(one) for one in INPUTS[:size]]
    assert root([leaf(one) for one in inputs]).hex() == ROOTS[size - 1]
    frontier = Frontier()
    frontier.extend(inputs)
    assert frontier.root().hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY == Frontier().root() == sha256(b"").digest()


@pytest.mark.parametrize("steps", [(1,), (3, 5, 8), (7,), (64, 6), (2, 31)])
def test_however_it_grows_the_root_is_the_same(alone: ModuleType, steps: tuple[int, ...]) -> None:
    frontier, tree, done, turn = Frontier(), alone.Tree(), 0, 0
    while done < len(HASHES):
        more = HASHES[done : done + steps[turn % len(steps)]]
        frontier.extend(more)
        tree.extend([alone.leaf(one) for one in more])
        done, turn = done + len(more), turn + 1
        assert frontier.root() == root(LEAVES[:done])
        assert tree.root() == root(LEAVES[:done]).hex()
        again = Frontier(size=frontier.size, peaks=frontier.peaks)
        assert again.root() == frontier.root()


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="full subtrees"):
        Frontier(size=3, peaks=[EMPTY])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 33])
def test_every_leaf_is_proved_and_no_other_place(alone: ModuleType, size: int) -> None:
    leaves = LEAVES[:size]
    whole = root(leaves)
    for index in range(size):
        proof = inclusion(leaves, index)
        for place in range(size + 1):
            right = place == index
            given = {"index": place, "size": size, "proof": proof}
            assert includes(leaf_hash=leaves[index], root_hash=whole, **given) is right
            assert alone.includes(found=leaves[index], root=whole.hex(), **given) is right
        if proof:
            short = {"index": index, "size": size, "proof": proof[:-1]}
            assert not includes(leaf_hash=leaves[index], root_hash=whole, **short)
        assert not includes(leaf_hash=EMPTY, index=index, size=size, proof=proof, root_hash=whole)


@pytest.mark.parametrize("second", [1, 2, 3, 7, 8, 20, 33])
def test_every_beginning_is_proved_and_no_other(alone: ModuleType, second: int) -> None:
    whole = root(LEAVES[:second])
    for first in range(1, second + 1):
        proof = consistency(LEAVES[:second], first)
        sizes = {"first": first, "second": second, "proof": proof}
        before = root(LEAVES[:first])
        for claimed in (before, EMPTY):
            right = claimed == before
            assert is_consistent(first_root=claimed, second_root=whole, **sizes) is right
            found = alone.is_consistent(first_root=claimed.hex(), second_root=whole.hex(), **sizes)
            assert found is right
        assert not is_consistent(first_root=before, second_root=EMPTY, **sizes)


@pytest.mark.parametrize("first", [0, 4])
def test_a_tree_that_is_no_beginning_has_no_proof(first: int) -> None:
    with pytest.raises(ValueError, match="beginning"):
        consistency(LEAVES[:3], first)
    with pytest.raises(ValueError, match="no leaf"):
        inclusion(LEAVES[:3], 3)


# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
SIGNED = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), SIGNED)
def test_signatures_are_checked_without_a_library(
    alone: ModuleType, key: str, message: str, signature: str
) -> None:
    text = bytes.fromhex(message).decode()
    assert alone.is_signed(key=key, signature=signature, text=text)
    assert not alone.is_signed(key=key, signature=signature, text=text + "x")
    for place in (0, 40, 70, 127):
        digit = "0" if signature[place] != "0" else "1"
        changed = signature[:place] + digit + signature[place + 1 :]
        assert not alone.is_signed(key=key, signature=changed, text=text)
    assert not alone.is_signed(key=key[:-2], signature=signature, text=text)
    assert not alone.is_signed(key="zz", signature=signature, text=text)

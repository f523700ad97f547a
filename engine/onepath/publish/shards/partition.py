"""Ways to split the files of a phase: by their owners, by folder, or by number."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

_LONGEST = 50


class ShardBy(StrEnum):
    """What decides to which part of a phase a file belongs."""

    NONE = "none"
    OWNERS = "owners"
    FOLDER = "folder"
    SIZE = "size"


Shards = Mapping[str, Sequence[str]]
"""Name of a shard -> its files; every file is in exactly one."""


def by_owners(owners: Mapping[str, Sequence[str]]) -> Shards:
    """Split by owners: files of the same owners are together, those without are `unowned`.

    Args:
        owners: Path -> who owns it.
    """
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path, whose in owners.items():
        groups[tuple(sorted(set(whose)))].append(path)
    return _named({" ".join(whose) or "unowned": paths for whose, paths in groups.items()})


def by_folder(paths: Sequence[str]) -> Shards:
    """Split by the first folder on the way down at which there is more than one."""
    depth = 1
    deepest = max((path.count("/") for path in paths), default=0)
    groups = _folders(paths, depth)
    while len(groups) == 1 and depth < deepest:
        depth += 1
        groups = _folders(paths, depth)
    return _named(groups)


def by_size(paths: Sequence[str], size: int) -> Shards:
    """Split into parts of at most `size` files; neighbours in the tree stay together."""
    ordered = sorted(paths)
    count = -(-len(ordered) // size)
    bounds = [round(at * len(ordered) / count) for at in range(count + 1)] if count else [0]
    width = len(str(count))
    return {
        f"part-{at + 1:0{width}d}-of-{count}": ordered[start:end]
        for at, (start, end) in enumerate(pairwise(bounds))
    }


def _folders(paths: Sequence[str], depth: int) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups["/".join(path.split("/")[:-1][:depth]) or "top"].append(path)
    return groups


def _named(groups: Mapping[str, Sequence[str]]) -> Shards:
    """Give groups names that can be the last part of a branch's name, in order."""
    named: dict[str, Sequence[str]] = {}
    for label in sorted(groups):
        slug = re.sub(r"[^A-Za-z0-9_]+", "-", label).strip("-")[:_LONGEST]
        name = f"part-{slug}"
        digest = hashlib.sha256(label.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        # Labels that differ only in what a branch can't have, or in case, get a digest.
        if not slug or len(label) > _LONGEST or name.lower() in map(str.lower, named):
            name = f"{name.rstrip('-')}-{digest}"
        named[name] = sorted(groups[label])
    return named

"""Runs that are killed, and gone on with."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.fleet.conftest import Fleet, refs
from tests.fleet.test_broken import with_pack


def known(fleet: Fleet) -> int:
    """How many results are kept."""
    path = fleet.top / ".migrate-fleet" / "results.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as database:
        try:
            count: int = database.execute("SELECT count(*) FROM results").fetchone()[0]
        except sqlite3.OperationalError:  # it is just being made
            return 0
    return count


def killed_at(fleet: Fleet, gate: Path) -> None:
    """Run `apply` until it waits for the repository behind the gate, and kill it there."""
    os.mkfifo(gate)
    process = fleet.start("apply", "--jobs", "1")
    while known(fleet) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    gate.unlink()
    gate.write_text("")


def test_a_killed_run_is_gone_on_with(fleet: Fleet, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    first = [fleet.add(name) for name in ("a", "b", "c")]
    middle = with_pack(fleet, "middle", f"open({str(gate)!r}).read()")
    last = fleet.add("z")
    killed_at(fleet, gate)
    assert ["refs/heads/migrate/" in one for one in refs([*first, middle, last])] == [True] * 3 + [
        False
    ] * 2
    before = refs(first)
    first[1].commit({"more.py": "from shop.old import Name\n"}, "somebody goes on")
    done = fleet.json("apply").by_name
    # `b` is not as it was left, so what is known of it counts for nothing.
    assert [one["kept"] for one in done.values()] == [True, False, True, False, False]
    assert all("refs/heads/migrate/" in one for one in refs([*first, middle, last]))
    assert refs(first)[::2] == before[::2]
    assert refs(first)[1] != before[1]
    again = fleet.json("apply").by_name
    assert not any(one["kept"] for one in again.values())


def test_another_command_or_a_wish_begins_anew(fleet: Fleet, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    for name in ("a", "b", "c"):
        fleet.add(name)
    with_pack(fleet, "middle", f"open({str(gate)!r}).read()")
    killed_at(fleet, gate)
    chosen = fleet.json("apply", "--phase", "canonical-imports").by_name
    assert not any(one["kept"] for one in chosen.values())
    gate.unlink()
    (fleet.top / ".migrate-fleet" / "results.sqlite").unlink()
    killed_at(fleet, gate)
    anew = fleet.json("apply", "--again").by_name
    assert not any(one["kept"] for one in anew.values())


def test_what_failed_in_a_killed_run_is_tried_again(fleet: Fleet, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    wrong = fleet.add("a", {"migrate.toml": "[import]\n"})
    for name in ("b", "c"):
        fleet.add(name)
    with_pack(fleet, "middle", f"open({str(gate)!r}).read()")
    killed_at(fleet, gate)
    wrong.write({"migrate.toml": '[imports]\n"shop.old.Name" = "shop.new.Name"\n'})
    done = fleet.json("apply").by_name
    assert [one["kept"] for one in done.values()] == [False, True, True, False]
    assert all(one["code"] == 0 for one in done.values())


def test_no_process_is_left_of_a_killed_run(fleet: Fleet, tmp_path: Path) -> None:
    """The repository that is worked on ends with the run, before it could go on."""
    gate, went_on = tmp_path / "gate", tmp_path / "went-on"
    for name in ("a", "b", "c"):
        fleet.add(name)
    with_pack(
        fleet,
        "middle",
        f"import os\nos.close(os.open({str(gate)!r}, os.O_RDONLY))\nopen({str(went_on)!r}, 'w')",
    )
    killed_at(fleet, gate)
    time.sleep(0.5)
    assert not went_on.exists()

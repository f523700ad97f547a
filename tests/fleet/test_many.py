"""Two hundred repositories, some of them broken, in a run that is killed again and again."""

import random
import signal
import time

import pytest
from tests.fleet.conftest import FIRST, SHIMS, Fleet
from tests.fleet.test_broken import breaking
from tests.fleet.test_interrupted import known

COUNT = 190


@pytest.mark.slow
def test_two_hundred_repositories_survive_any_end(fleet: Fleet) -> None:
    healthy = [fleet.add("healthy1"), fleet.add("healthy2")]
    expected = breaking(fleet)
    healthy += [
        fleet.add(f"r{number:03}", {f"lib/m{number}.py": "from shop.old import Name\n"})
        for number in range(COUNT - len(healthy))
    ]
    drawn = random.Random(17)
    killed = 0
    while killed < 6:
        target = known(fleet) + drawn.randint(3, 25)
        process = fleet.start("apply")
        while known(fleet) < target and process.poll() is None:
            time.sleep(0.01)
        time.sleep(drawn.random() / 5)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += 1
    assert known(fleet) < len(healthy) + len(expected), "the run ended before it was killed"
    done = fleet.json("apply", code=4).by_name
    assert len(done) == len(healthy) + len(expected)
    assert {name for name, one in done.items() if one["code"]} == set(expected)
    assert sum(one["kept"] for one in done.values()) > 10
    for repository in healthy:
        branches = repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads/migrate")
        assert branches.split() == [FIRST, SHIMS]
        repository.git("fsck", "--no-dangling")
        assert repository.git("status", "--porcelain") == ""
    again = fleet.json("apply", code=4).by_name
    statuses = {
        branch["status"]
        for one in again.values()
        if one["result"]
        for branch in one["result"]["branches"]
    }
    assert statuses == {"unchanged"}

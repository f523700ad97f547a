"""Ordinary Python code with nothing in it that a migration looks for.

Real repositories are mostly code that has nothing to do with the symbol that moves; how fast a
tool passes over it is half of the measurement.
"""

import random

WORDS = (  # noqa: SIM905 - a list would be a hundred lines
    "account agent alert archive audit batch billing budget cache campaign channel cluster "
    "config context corpus cost credit cursor customer dataset deadline delivery digest document "
    "event export feature feed filter forecast gateway health history insight invoice journal "
    "ledger limit message metric model monitor note notice order partner payload pipeline plan "
    "policy profile prompt quota quote record region report request result retry review route "
    "sample schedule schema segment session signal snapshot source status stream summary supply "
    "target task team tenant thread ticket token tool trace usage vector vendor window workflow"
).split()

FUNCTION = '''
def {verb}_{a}_{b}_{n}({a}: dict[str, Any], {c}_limit: int = {k}) -> list[dict[str, Any]]:
    """{Verb} the {b} of one {a}, at most as many as the {c} allows.

    Args:
        {a}: The {a} as it came from the {d} store.
        {c}_limit: How many {b} entries a {c} may hold.
    """
    # The {d} store may hand out a {a} twice; the second one has no {b} entries.
    selected = []

    for position, {b} in enumerate({a}["{b}_entries"]):
        # Past the {c} nothing is shown any more, so nothing is computed either.
        if position >= {c}_limit:
            logger.info(
                "The {a} has more {b} entries than its {c} allows, the rest is left out",
                extra={{"{a}_id": {a}["id"], "{c}_limit": {c}_limit, "{b}": position}},
            )
            break

        # An inactive {b} stays in the {d} for the report that goes out at the end of the month.
        if not {b}["active"]:
            continue

        # What the {c} needs of it, and what the {d} shows beside it to those who ask for more.
        score = round({b}["{d}_count"] / max({c}_limit, 1), {k}) + {a}.get("{c}_score", 0.0)
        selected.append(
            {{"{b}": {b}["name"], "{c}": score, "{d}": {b}["{d}_count"], "position": position}}
        )

    return sorted(selected, key=lambda {b}: {b}["{c}"], reverse=True)

'''

ASYNC_FUNCTION = '''
async def {verb}_{a}_{b}_{n}(client, {a}_id: str, attempts: int = {k}) -> Any:
    """Ask the {d} service for the {b} of a {a}; None when it has no answer in time."""
    for attempt in range(attempts):
        try:
            response = await client.get(f"/api/{a}s/{{{a}_id}}/{b}", timeout={k} + attempt)
        except TimeoutError:
            # The {d} service is slow after a restart, until its {c} is filled again.
            logger.warning(
                "The {d} service did not answer in time, the {b} is asked for again",
                extra={{"{a}_id": {a}_id, "attempt": attempt + 1, "{c}": "empty"}},
            )
            await asyncio.sleep(0.1 * 2**attempt)
            continue

        # Nothing is known of this {a} there; that is not an error.
        if response.status == 404:
            return None

        payload = await response.json()

        # An older {d} service sends the {c} without its unit,
        # and a much older one sends no {c} at all.
        payload.setdefault("{c}_unit", "{c}s" if attempt < {k} else payload.get("{d}_unit"))
        payload["{d}_source"] = "the {d} service, asked for the {b} of one {a}"
        return payload

    return None

'''

CLASS = '''
class {A}{B}{n}:
    """Holds the {b} state of a {a} between two runs of the {d}.

    A {d} that ends early leaves its state behind; the next one picks it up and goes on with
    the {b} where it was, unless the {c} has changed in the meantime.
    """

    DEFAULT_{C} = {k}

    def __init__(self, {a}_id: str, {c}: int = DEFAULT_{C}) -> None:
        self.{a}_id = {a}_id
        self.{c} = {c}

        # By name, in the order in which the {d} met them.
        self._{b}s: dict[str, float] = {{}}
        self._{d}_errors = 0

    def add_{b}(self, name: str, value: float) -> None:
        """Take note of one {b}.

        Raises:
            ValueError: If the {b} is negative, which only a broken {d} sends.
        """
        if value < 0:
            # Counted as well, because the caller may be told to go on.
            self._{d}_errors += 1
            raise ValueError(f"the {b} {{name}} of {a} {{self.{a}_id}} is negative: {{value}}")

        self._{b}s[name] = self._{b}s.get(name, 0.0) + value

    def {verb}_{b}s(self) -> dict[str, float]:
        """The {b}s that are above the {c}."""
        # Those at the {c} itself are left to the {d}.
        large = {{name: value for name, value in self._{b}s.items() if value > self.{c}}}
        return dict(sorted(large.items(), key=lambda item: -item[1]))

    # ---------------------------------------------------------------- {c}

    @property
    def is_{c}_exceeded(self) -> bool:
        # Three errors are allowed: one {d} alone makes up to two of them.
        return sum(self._{b}s.values()) > self.{c} * {k} or self._{d}_errors > 3

'''

TABLE = """
# What the {d} does with a {a} when nobody has said anything else. Each entry is read once,
# at the start; a change needs a restart of the {c}.
{C}_TABLE_{n} = {{
    "{a}_{b}": {{
        "{c}": "{verb} the {b} of the {a} before anything else is done with its {d}",
        "{d}": "the {d} of the {a}, as the {c} was told when it started",
        "owner": "{c}-team, asked through the {d} channel; answers within {k} hours",
        "enabled": True,
    }},
    # Kept until the last {a} has moved to the new {d}.
    "{b}_{d}": {{
        "{c}": "leave the {b} to the {d}",
        "{a}": "every {a} that has a {c}",
        "owner": "{d}-team, asked by writing a ticket; answers when the {b} is due",
        "enabled": False,
    }},
    "limits": ["{a}", "{b}", "{c}", "{d}"],
}}

"""

TEST = '''
def test_{verb}_{a}_{b}_{n}() -> None:
    """The {b} of a {a} is what its {d} says it is.

    This failed when the {c} was read before the {d} had been written.
    """
    # Arrange: a {a} with a {b} and no {d} yet.
    {a} = {{"id": "{a}-{k}", "name": "a {a} of the {c} tests", "{b}": "{verb}", "{d}": None}}
    {a}["{c}"] = sum(position * {k} for position in range({k})) // max(len({a}), 1)

    # Act: the {d} arrives late.
    {a}["{d}"] = "the {d} of {a}-{k}"
    collected = [name for name, value in {a}.items() if value is not None]

    # Assert: everything is there, in the order in which it was written.
    assert collected[0] == "id", "the {b} comes after the id of its {a}"
    assert "{d}" in collected, "the {d} arrived, so the {a} has to show it"

    # The {c} has not changed on the way.
    assert {a}["{c}"] >= {k} - 1, f"the {c} of {{{a}['id']}} is {{{a}['{c}']}}"
    assert all(isinstance(name, str) for name in collected), collected
    logger.info("The {a} %s has its {d} and its {c}: %s", {a}["id"], {a}["{c}"])

'''

TEST_CLASS = '''
class Test{A}{B}{n}:
    """The {b} of a {a}, as the {d} sees it."""

    def setup_method(self):
        # One {a} for each {c} that the {d} knows.
        self.{a}s = [
            {{"id": f"{a}-{{number}}", "{b}": number * {k}, "{c}": None}} for number in range({k})
        ]

    def test_{a}_{c}_starts_empty(self):
        """A new {a} has no {c} until its {d} gives it one."""
        for {a} in self.{a}s:
            assert {a}["{c}"] is None, "a new {a} has no {c} yet"

    def test_{b}_stays_in_order(self):
        """The {d} relies on this order when it resumes after a restart."""
        values = [{a}["{b}"] for {a} in self.{a}s]

        # Sorted by {b}, the smallest first.
        assert values == sorted(values)

    @pytest.mark.parametrize("{c}", [1, {k}])
    def test_{c}_can_be_set(self, {c}):
        """Every {a} takes a {c}, whatever its {b} is."""
        # Act
        for {a} in self.{a}s:
            {a}["{c}"] = {c} + {a}["{b}"]

        # Assert
        last = self.{a}s[-1]
        assert last["{c}"] >= {c}, f"the {c} of the last {a} was not set: {{last}}"

'''

APP_CHUNKS = (FUNCTION, ASYNC_FUNCTION, ASYNC_FUNCTION, CLASS, TABLE, TABLE)
TEST_CHUNKS = (TEST, TEST, TEST_CLASS, ASYNC_FUNCTION, TABLE, TABLE)
VERBS = ("collect", "compute", "filter", "load", "merge", "rank", "resolve", "select", "track")


def header(random_: random.Random, *, is_test: bool) -> str:
    """The docstring and the standard imports of a file."""
    a, b, c = random_.choices(WORDS, k=3)
    third_party = "\nimport pytest\n" if is_test else ""
    return (
        f'"""{a.title()} {b} for the {c}.\n\n'
        f"Keeps the {b} of every {a} in step with what the {c} reports.\n"
        f'"""\n\nimport asyncio\nimport logging\nfrom typing import TYPE_CHECKING, Any\n'
        f"{third_party}"
    )


def chunks(random_: random.Random, lines: int, *, is_test: bool) -> list[str]:
    """Definitions and tables that together have about `lines` lines; at least one."""
    templates = TEST_CHUNKS if is_test else APP_CHUNKS
    made: list[str] = []
    count = 0
    while not made or count + 8 < lines:
        a, b, c, d = random_.sample(WORDS, 4)
        verb = random_.choice(VERBS)
        text = random_.choice(templates).format(
            a=a,
            b=b,
            c=c,
            d=d,
            A=a.title(),
            B=b.title(),
            C=c.upper(),
            verb=verb,
            Verb=verb.title(),
            n=len(made),
            k=random_.randrange(2, 60),
        )
        made.append(text)
        count += text.count("\n")
    return made

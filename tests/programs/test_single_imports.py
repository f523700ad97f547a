"""Import statements come out as a person would write them: none twice, none without a use."""

import pytest
from tests.programs.conftest import Program
from tests.programs.pairs import pairs

TABLE = """\
[imports]
"a.define" = "b.define"
"b.Factory" = "a.Factory"
"p.messaging.Producer" = "p.Producer"
"p.messaging.deep.Part" = "q.Part"
"""
WORLD = {
    "migrate.toml": TABLE,
    "a.py": "class Factory:\n    n = 1\n\n\ndef define(f):\n    return 5\n",
    "b.py": "from a import define, Factory\n",
    "p/__init__.py": "from p.messaging import Producer, Queue\n",
    "p/messaging/__init__.py": "class Producer:\n    n = 1\n\n\nclass Queue:\n    n = 2\n",
    "p/messaging/deep.py": "from q import Part\n",
    "q.py": "class Part:\n    n = 3\n\n\nclass Other:\n    n = 4\n",
}
SCRIPT = "import app, re; print(re.sub(' at 0x[0-9a-f]+', '', str(app.READ)))"


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
import a
import b

READ = a.define(b.Factory), a.Factory, b.define
---
import a
import b

READ = b.define(a.Factory), a.Factory, b.define
===
import a
import b

READ = a.define(b.Factory)
---
import a
import b

READ = b.define(a.Factory)
===
import a

READ = a.define(a.Factory)
---
import a
import b

READ = b.define(a.Factory)
===
import a, b

READ = a.define(1), b.define
---
import b

READ = b.define(1), b.define
===
import a as x
import b as y

READ = x.define(y.Factory), x.Factory, y.define
---
import a as x
import b as y

READ = y.define(x.Factory), x.Factory, y.define
===
from p import Queue, messaging

READ = Queue, messaging.Producer
---
from p import Queue, Producer

READ = Queue, Producer
===
from p import messaging

READ = messaging.Queue, messaging.Producer
---
from p import messaging, Producer

READ = messaging.Queue, Producer
===
from p import messaging
from q import Other

READ = messaging.Queue, messaging.deep, Other
===
import p.messaging
import p.messaging.deep

READ = p.messaging.deep.Part, p.messaging.Queue
---
import p.messaging
import q

READ = q.Part, p.messaging.Queue
===
from p.messaging import deep
from q import Other

READ = deep.Part, Other
---
import q
from q import Other

READ = q.Part, Other
===
from p import messaging  # noqa: F401
import p.messaging.deep  # noqa: F401

READ = p.messaging.deep.Part
---
from p import messaging  # noqa: F401
import q  # noqa: F401

READ = q.Part
===
def read():
    import a
    import b

    return a.define(b.Factory)


READ = read()
---
def read():
    import a
    import b

    return b.define(a.Factory)


READ = read()
"""),
)
def test_each_module_is_imported_once_and_none_in_vain(
    unchanged_by: Program, source: str, becomes: str | None
) -> None:
    after = unchanged_by({**WORLD, "app.py": source}, script=SCRIPT)
    assert after.files["app.py"] == (source if becomes is None else becomes)


def test_a_module_that_others_import_from_here_stays(unchanged_by: Program) -> None:
    files = {
        **WORLD,
        "app.py": "from p import messaging\n\nREAD = messaging.Producer\n",
        "other.py": "from app import messaging\n\nprint(messaging.Queue)\n",
    }
    after = unchanged_by(files, script="import app, other; print(app.READ)")
    assert after.files["app.py"] == "from p import messaging, Producer\n\nREAD = Producer\n"

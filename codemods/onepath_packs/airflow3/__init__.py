"""The pack `airflow3`: from the imports of Airflow 2 to those of Airflow 3.

`moves.csv` says which path takes the place of which. Each row is a fact of Airflow's own notes on
the upgrade, as the rules AIR301, AIR302, AIR311 and AIR312 of ruff 0.17 state it for the public
names of apache-airflow 2.9.3; `benchmarks/recipes.py` made the table. What has moved into a
provider needs that provider to be installed. Not in the table is what was removed without a
successor; nor are `Variable` and `Connection`, which at the new path are no classes of tables and
have other arguments, while the old path still works. `ruff check --select AIR3` lists these.
"""

from onepath.codemod import Pack
from onepath_packs.airflow3.codemod import MovesToAirflow3

PACK = Pack("airflow3", (MovesToAirflow3,))
"""Published under the entry point group `onepath.packs`."""

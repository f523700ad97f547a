"""Version 1: what has moved between Airflow 2 and 3 is imported from where it is."""

from onepath_packs.moves import Moves


class MovesToAirflow3(Moves):
    """Imports by the paths of Airflow 3 and of its providers."""

    number = 1
    name = "moves"
    phase = "airflow3"
    title = "Import by the paths of Airflow 3"
    why = "Airflow 3 has moved these names to its SDK and to providers."

"""The configuration of a revision, where there is no work tree or another revision is asked for."""

from dataclasses import replace

from onepath.config.migrate_toml import CONFIG_NAME, PROJECT, Config, parse_config, project_table
from onepath.config.reader import Registry
from onepath.errors import ConfigError
from onepath.snapshot.repository import Repository


def read_config_at(repository: Repository, rev: str, registry: Registry) -> Config | None:
    """Read the configuration that a revision has at its top; None if it has none.

    Raises:
        InputError: `rev` names no commit, or a pack that it names can't be had.
        ConfigError: The configuration has errors, or there are two.
    """
    commit = repository.resolve(rev)
    own = _text(repository, commit, rev, CONFIG_NAME)
    project = _text(repository, commit, rev, PROJECT)
    table = () if project is None else project_table(project)
    if own is not None:
        if table:
            problem = (
                f"this file and [tool.migrate] in {rev}:{PROJECT} both configure the migration"
            )
            raise ConfigError(
                f"{rev}:{CONFIG_NAME}",
                [(0, problem)],
                hint="keep one of them, or choose with --config",
            )
        config = parse_config(own, f"{rev}:{CONFIG_NAME}", registry)
        return replace(config, path=repository.top / CONFIG_NAME)
    if project is None or not table:
        return None
    config = parse_config(project, f"{rev}:{PROJECT}", registry, table=table)
    return replace(config, path=repository.top / PROJECT)


def _text(repository: Repository, commit: str, rev: str, name: str) -> str | None:
    done = repository.git("cat-file", "blob", f"{commit}:{name}", check=False, offline=True)
    if done.returncode:
        return None
    try:
        return done.stdout.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = done.stdout.count(b"\n", 0, error.start) + 1
        problem = (line, "not UTF-8, which TOML must be")
        raise ConfigError(f"{rev}:{name}", [problem]) from None

"""The gate: an audit beside its baseline, and what becomes of the baseline."""

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from onepath.audit.baseline import (
    Baseline,
    BaselineEntry,
    Comparison,
    compare_to_baseline,
    read_baseline,
    write_baseline,
)
from onepath.audit.result import AuditResult
from onepath.errors import InputError, OutsideError


@dataclass(frozen=True)
class BaselineGate:
    """A baseline that was read before the audit, so that a broken one costs no time.

    Args:
        path: Its file.
        baseline: What it lets through; None where `open_gate` may make the file.
    """

    path: Path
    baseline: Baseline | None

    @property
    def entries(self) -> tuple[BaselineEntry, ...]:
        """The findings that are let through."""
        return () if self.baseline is None else self.baseline.entries

    def compare(self, result: AuditResult, *, files: Container[str], is_whole: bool) -> Comparison:
        """The findings beside the baseline; see `onepath.audit.baseline.compare_to_baseline`."""
        return compare_to_baseline(
            result, self.baseline or Baseline(()), files=files, is_whole=is_whole
        )

    def freeze(self, comparison: Comparison, *, accept: bool) -> "BaselineGate":
        """Write the baseline: all findings the first time, later only what is left of them.

        Args:
            comparison: The findings beside the baseline.
            accept: Let new findings through, too.

        Returns:
            The gate with the baseline as it is now.

        Raises:
            OutsideError: It can't be written.
        """
        is_first = self.baseline is None
        baseline = comparison.accepted if accept or is_first else comparison.shrunk
        try:
            write_baseline(self.path, baseline)
        except FileNotFoundError:
            raise InputError(f"{self.path}: there is no such folder") from None
        except OSError as error:
            raise OutsideError(f"{self.path} can't be written: {error.strerror}") from error
        return BaselineGate(self.path, baseline)

    def shrink(self, comparison: Comparison) -> str:
        """Take out of the baseline what is gone, if there is anything and the disk lets us.

        Returns:
            What happened, as a line; empty if nothing was to be done.
        """
        if comparison.shrunk == self.baseline:
            return ""
        left = f"{len(comparison.gone):,} gone, {len(comparison.shrunk.entries):,} left"
        try:
            write_baseline(self.path, comparison.shrunk)
        except OSError as error:
            return f"baseline {self.path}: {left}; not written: {error.strerror}\n"
        return f"baseline {self.path}: {left}\n"


def open_gate(path: Path, *, may_be_new: bool) -> BaselineGate:
    """Read a baseline.

    Args:
        path: Its file.
        may_be_new: Whether it is all right that there is none yet.

    Raises:
        InputError: It can't be read, or is no baseline.
    """
    if may_be_new and not path.exists():
        return BaselineGate(path, None)
    return BaselineGate(path, read_baseline(path))

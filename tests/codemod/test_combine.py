from onepath.codemod.combine import combined
from onepath.model import Changeset, Edit, FileChange, Phase, Refusal


def change(path: str, old: bytes, new: bytes | None) -> FileChange:
    edits = () if new is None else (Edit(0, len(old), new, "name", 1),)
    return FileChange(path, 0o100755, old.hex().zfill(40), old, new, edits)


def phase(*changes: FileChange, refusals: tuple[Refusal, ...] = ()) -> Phase:
    return Phase(1, "p", "b/p", "P", (), Changeset(changes, refusals), {}, {})


def test_nothing_together_is_nothing() -> None:
    assert combined([]) == Changeset((), ())


def test_what_a_later_phase_takes_back_is_no_change() -> None:
    together = combined([phase(change("a.py", b"1", b"2")), phase(change("a.py", b"2", b"1"))])
    assert together.changes == ()


def test_a_file_changed_and_then_deleted_is_deleted_from_its_first_bytes() -> None:
    (only,) = combined(
        [phase(change("a.py", b"1", b"2")), phase(change("a.py", b"2", None))]
    ).changes
    assert (only.old, only.new, only.edits, only.mode) == (b"1", None, (), 0o100755)
    assert only.old_oid == change("a.py", b"1", None).old_oid


def test_a_file_changed_twice_has_one_edit_and_others_keep_theirs() -> None:
    other = change("0.py", b"x", b"y")
    together = combined(
        [phase(change("a.py", b"1", b"22")), phase(change("a.py", b"22", b"333"), other)]
    )
    assert together.changes == (
        other,
        FileChange(
            "a.py",
            0o100755,
            change("a.py", b"1", None).old_oid,
            b"1",
            b"333",
            (Edit(0, 1, b"333", "name", 1),),
        ),
    )


def test_refusals_of_all_phases_are_kept_in_order() -> None:
    late, early = Refusal("z.py", 1, "c", "r"), Refusal("a.py", 1, "c", "r")
    assert combined([phase(refusals=(late,)), phase(refusals=(early,))]).refusals == (early, late)

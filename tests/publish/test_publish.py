"""Publishing to a forge that keeps what it is told, and pushing to a real git server."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from onepath.config.owners import CodeOwners
from onepath.errors import OutsideError, RefusedError
from onepath.land.quarantine import exclusive
from onepath.publish.publish import Choices
from onepath.publish.withdraw import withdraw_pulls

FIRST = "migrate/demo/01-canonical-imports"
SECOND = "migrate/demo/02-delete-shims"


def statuses(publication: Any) -> list[str]:
    return [one.status for one in publication.parts]


# ----------------------------------------------------------------- the normal way


def test_each_phase_gets_a_pull_request_on_the_one_below(hub: Any) -> None:
    before = hub.project.state()
    done = hub.publish(Choices(draft=True, labels=("migration",)))
    assert statuses(done) == ["created", "created"]
    assert done.pushed == (FIRST, SECOND)
    first, second = hub.github.open_pulls()
    assert (first["head"], first["base"]) == (FIRST, "main")
    assert (second["head"], second["base"]) == (SECOND, FIRST)
    assert first["title"] == "Take canonical-imports to one path"
    assert first["draft"]
    assert first["labels"] == second["labels"] == ["migration"]
    tips = {branch: hub.project.git("rev-parse", branch) for branch in (FIRST, SECOND)}
    assert hub.remote_branches() == tips
    # The user's own is as it was; git notes what a remote has, as it always does on a push.
    *rest, refs = hub.project.state()
    assert rest == list(before[:-1])
    assert set(refs.splitlines()) - set(before[-1].splitlines()) == {
        f"{oid} commit\trefs/remotes/origin/{branch}" for branch, oid in tips.items()
    }


def test_the_second_run_changes_nothing(hub: Any) -> None:
    hub.publish(Choices(labels=("migration",)))
    bodies = [pull["body"] for pull in hub.github.open_pulls()]
    hub.github.requests.clear()
    again = hub.publish(Choices(labels=("migration",)))
    assert statuses(again) == ["unchanged", "unchanged"]
    assert again.pushed == ()
    assert hub.github.writes() == []
    assert [pull["body"] for pull in hub.github.open_pulls()] == bodies


def test_without_stacks_each_body_has_a_table(hub: Any) -> None:
    done = hub.publish()
    assert done.stack == "chain"
    first, second = hub.github.open_pulls()
    for pull in (first, second):
        for row in (f"#{first['number']} Take canonical", f"#{second['number']} Take delete"):
            assert row in pull["body"]
    assert "| **this** | #7 " in first["body"]
    assert "| **this** | #8 " in second["body"]


def test_with_stacks_the_server_shows_them(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(stacks=True)
    hub.land()
    done = hub.publish()
    assert done.stack == "native"
    assert hub.github.stacks == {1: [7, 8]}
    assert "### Stack" not in hub.github.pulls[7]["body"]
    assert "Number 2 of 2 in its stack" in hub.github.pulls[8]["body"]
    hub.github.requests.clear()
    assert statuses(hub.publish()) == ["unchanged", "unchanged"]
    assert hub.github.writes() == []


def test_a_phase_that_lands_later_extends_the_stack(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(stacks=True)
    lowest = hub.parts(hub.plan.phases[:1])
    assert hub.publish(parts=lowest).stack == "none"
    assert statuses(hub.publish()) == ["updated", "created"]
    assert hub.github.stacks == {1: [7, 8]}


def test_pull_requests_in_other_stacks_are_taken_out_of_them(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(stacks=True)
    hub.land()
    hub.publish(Choices(stack="chain"))
    hub.github.stacks = {5: [8, 7]}
    assert hub.publish().stack == "native"
    assert hub.github.stacks == {1: [7, 8]}


def test_a_stack_is_extended_where_its_bottom_is_right(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(stacks=True)
    hub.land()
    hub.publish(Choices(stack="chain"))
    hub.github.stacks = {5: [7]}
    hub.publish()
    assert hub.github.stacks == {5: [7, 8]}


def test_native_stacks_can_be_demanded(hub: Any) -> None:
    with pytest.raises(RefusedError, match="no native stacks"):
        hub.publish(Choices(stack="native"))
    assert hub.remote_branches() == {}
    assert hub.github.pulls == {}


def test_one_phase_is_published_on_the_branch_below(hub: Any) -> None:
    first, second = hub.parts()
    done = hub.publish(parts=[second], beneath=[first])
    assert done.pushed == (FIRST, SECOND)
    [pull] = hub.github.open_pulls()
    assert (pull["head"], pull["base"]) == (SECOND, FIRST)


# ------------------------------------------------------------------ reviewers


def test_owners_are_asked_who_owns_the_most_first(hub: Any) -> None:
    owners = CodeOwners(b"* @ada\n/pkg/ @shop/core @ben\n/run.py ada@example.org\n")
    done = hub.publish(Choices(owners=owners))
    first, second = hub.github.open_pulls()
    assert (first["reviewers"], first["teams"]) == (["ben"], ["core"])
    assert first["reviewers"] == second["reviewers"]
    assert done.parts[0].reviewers == ("@ben", "@shop/core", "ada@example.org")
    assert "ada@example.org was not asked" in done.parts[0].notes[0]


def test_one_who_can_t_be_asked_does_not_keep_the_others(hub: Any) -> None:
    owners = CodeOwners(b"* @nobody @ada\n")
    done = hub.publish(Choices(owners=owners))
    assert hub.github.pulls[7]["reviewers"] == ["ada"]
    assert "@nobody was not asked for a review" in done.parts[0].notes[0]


def test_labels_and_reviewers_that_people_removed_stay_away(hub: Any) -> None:
    choices = Choices(owners=CodeOwners(b"* @ada\n"), labels=("migration",))
    hub.publish(choices)
    hub.github.pulls[7] |= {"labels": [], "reviewers": []}
    hub.publish(choices)
    assert (hub.github.pulls[7]["labels"], hub.github.pulls[7]["reviewers"]) == ([], [])


def test_a_repository_without_drafts(hub: Any) -> None:
    hub.github.drafts = False
    done = hub.publish(Choices(draft=True))
    assert statuses(done) == ["created", "created"]
    assert done.parts[0].notes == ("this repository has no drafts; it is open for review",)


# ------------------------------------------------------------- what people do


def test_text_around_ours_and_titles_of_people_are_kept(hub: Any) -> None:
    hub.publish()
    pull = hub.github.pulls[7]
    pull["body"] = f"Please look at #3 too.\n\n{pull['body']}\nThanks!"
    pull["title"] = "My own title"
    body = pull["body"]
    assert statuses(hub.publish()) == ["unchanged", "unchanged"]
    assert (pull["body"], pull["title"]) == (body, "My own title")
    pull["body"] = body.replace("### How to verify", "### Nonsense")
    hub.publish()
    assert pull["body"] == body


def test_what_somebody_broke_in_our_text_is_mended(hub: Any) -> None:
    hub.publish()
    pull = hub.github.pulls[7]
    whole = pull["body"]
    pull["body"] = whole.replace("### How to verify", "### Nonsense")
    pull["base"] = "elsewhere"
    assert statuses(hub.publish()) == ["updated", "unchanged"]
    assert (pull["body"], pull["base"]) == (whole, "main")


def test_a_closed_one_is_not_opened_again(hub: Any) -> None:
    hub.publish()
    hub.github.pulls[7]["state"] = "closed"
    hub.github.requests.clear()
    done = hub.publish()
    assert statuses(done) == ["closed", "waiting"]
    assert hub.github.writes() == []
    assert "somebody closed it" in done.parts[0].notes[0]


def test_a_withdrawn_one_is_opened_anew(hub: Any) -> None:
    hub.publish()
    hub.github.requests.clear()
    closed = withdraw_pulls(hub.forge(), [FIRST, "migrate/demo/03-none", SECOND], lambda _: None)
    assert [url.rpartition("/")[2] for url in closed] == ["8", "7"]
    assert hub.github.open_pulls() == []
    assert withdraw_pulls(hub.forge(), [FIRST, SECOND], lambda _: None) == []
    assert statuses(hub.publish()) == ["created", "created"]
    assert [pull["number"] for pull in hub.github.open_pulls()] == [9, 10]


def test_a_merged_one_is_followed_by_a_new_one(hub: Any) -> None:
    hub.publish()
    for pull in hub.github.pulls.values():
        pull |= {"state": "closed", "merged_at": "2026-11-29T10:00:00Z"}
    assert statuses(hub.publish()) == ["created", "created"]


def test_commits_of_people_are_pushed_with_the_phase(hub: Any) -> None:
    hub.project.git("switch", "--quiet", SECOND)
    own = hub.project.commit({"notes.txt": "pkg.new\n"}, "mend a note")
    hub.project.git("switch", "--quiet", "main")
    done = hub.publish()
    assert hub.remote_branches()[SECOND] == own
    assert done.parts[1].part.people == 1
    assert "1 commit of people on top of it" in hub.github.pulls[8]["body"]


# ------------------------------------------------------------- what is not ours


def advance(hub: Any, branch: str, message: str = "mine") -> str:
    """Somebody commits to a branch of the origin, from elsewhere."""
    other = hub.project.path.parent / f"other-{branch.replace('/', '-')}"
    hub.project.git("clone", "--quiet", "--branch", branch, str(hub.origin), str(other))
    hub.project.git("-C", str(other), "commit", "--quiet", "--allow-empty", "--message", message)
    hub.project.git("-C", str(other), "push", "--quiet")
    return str(hub.project.git("-C", str(other), "rev-parse", "HEAD"))


def test_a_commit_of_somebody_at_the_remote_is_not_lost(hub: Any) -> None:
    hub.publish()
    theirs = advance(hub, FIRST)
    with pytest.raises(RefusedError, match=f"{FIRST} at the remote has the commit"):
        hub.publish()
    assert hub.remote_branches()[FIRST] == theirs


def test_a_branch_of_somebody_else_with_our_name(hub: Any) -> None:
    oid = hub.project.git("commit-tree", "HEAD^{tree}", "-m", "not of this tool")
    hub.project.git("push", "--quiet", "origin", f"{oid}:refs/heads/{SECOND}")
    with pytest.raises(RefusedError, match=SECOND):
        hub.publish()
    assert hub.remote_branches() == {SECOND: oid}
    assert hub.github.pulls == {}


def test_our_own_older_commit_is_replaced(hub: Any) -> None:
    hub.publish()
    for branch in (SECOND, FIRST):
        hub.project.git("branch", "-D", branch)
        hub.project.git("update-ref", "-d", f"refs/remotes/origin/{branch}")
    hub.project.git("-c", "user.name=Ben", "commit", "--quiet", "--allow-empty", "-m", "main moves")
    hub.project.git("push", "--quiet", "origin", "main")
    hub.plan = replace(hub.plan, commit=hub.project.git("rev-parse", "HEAD"))
    hub.land()
    done = hub.publish()
    assert done.pushed == (FIRST, SECOND)
    assert statuses(done) == ["updated", "updated"]
    assert hub.remote_branches()[FIRST] == hub.project.git("rev-parse", FIRST)


def test_a_base_that_was_not_pushed(make_hub: Callable[..., Any]) -> None:
    hub = make_hub()
    hub.project.git("commit", "--quiet", "--allow-empty", "--message", "only here")
    hub.plan = replace(hub.plan, commit=hub.project.git("rev-parse", "HEAD"))
    hub.land()
    with pytest.raises(RefusedError, match="is not on main of origin"):
        hub.publish()
    assert hub.remote_branches() == {}


def test_a_target_that_is_not_there(hub: Any) -> None:
    with pytest.raises(RefusedError, match="has no branch develop"):
        hub.publish(Choices(target="develop"))
    assert hub.github.pulls == {}


def test_hooks_and_settings_of_the_repository_take_no_part(hub: Any) -> None:
    trace = hub.project.path.parent / "trace"
    for name in ("pre-push", "reference-transaction", "post-checkout"):
        hook = hub.project.path / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\necho {name} >> {trace}\n[ {name} != pre-push ]\n")
        hook.chmod(0o755)
    hub.project.git("tag", "-a", "-m", "a tag", "v1")
    trace.unlink(missing_ok=True)
    for key, value in (("push.followTags", "true"), ("core.fsmonitor", f"touch {trace}")):
        hub.project.git("config", key, value)
    hub.publish()
    assert not trace.exists(), trace.read_text()
    assert "v1" not in hub.project.git("ls-remote", str(hub.origin))


def test_two_runs_at_once(hub: Any) -> None:
    with (
        exclusive(hub.repository, "publishing"),
        pytest.raises(RefusedError, match="another publishing is running"),
    ):
        hub.publish()
    assert hub.github.requests == []


# ------------------------------------------------------------ git that fails


def test_a_git_server_that_is_down(hub: Any) -> None:
    hub.git.down = True
    with pytest.raises(OutsideError, match="the remote origin can't be read"):
        hub.publish()
    assert hub.github.pulls == {}
    hub.git.down = False
    assert statuses(hub.publish()) == ["created", "created"]


def test_a_push_whose_answer_is_lost(hub: Any) -> None:
    hub.git.cut = True
    with pytest.raises(OutsideError, match="the remote origin does not take"):
        hub.publish()
    hub.git.cut = False
    done = hub.publish()
    assert statuses(done) == ["created", "created"]
    assert hub.remote_branches()[FIRST] == hub.project.git("rev-parse", FIRST)


def test_credentials_in_the_address_are_not_shown(hub: Any) -> None:
    host = hub.git.url.removeprefix("http://")
    hub.project.git("remote", "set-url", "origin", f"http://ada:s3cret@{host}/shop/none.git")
    with pytest.raises(OutsideError) as caught:
        hub.publish()
    assert "s3cret" not in caught.value.message


def test_a_branch_that_moves_between_looking_and_pushing(
    hub: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onepath.publish import publish as module

    hub.publish()
    hub.project.git("branch", "-f", "keep", FIRST)
    real = module.push

    def late(*arguments: Any) -> Any:
        advance(hub, FIRST)
        return real(*arguments)

    hub.project.git("switch", "--quiet", SECOND)
    hub.project.commit({"notes.txt": "x\n"}, "on top")
    hub.project.git("switch", "--quiet", "main")
    monkeypatch.setattr(module, "push", late)
    theirs = hub.remote_branches()[SECOND]
    done = hub.publish()  # the first branch is not pushed, so its move is no matter
    assert done.pushed == (SECOND,)
    monkeypatch.setattr(module, "push", real)
    assert theirs != hub.remote_branches()[SECOND]

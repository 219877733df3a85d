"""What developers do: push, open, update and close pull requests."""

from typing import Any

from app.errors import InvalidInput
from app.sandbox.repositories import NOTHING, Repositories
from app.sandbox.state import Issue, Person, PullRequest, Repository, now


class Pulls(Repositories):
    """Pushes and pull requests."""

    def push(self, full_name: str, branch: str, head: str, *, sender: str = "") -> str:
        """Move a branch to a commit, as a push would; returns the commit's SHA."""
        with self.hub.world.lock:
            home = self.repository(full_name)
            sha = self.find_commit(home, head)
            before = home.bare.resolve(branch) or NOTHING
            home.bare.set_ref(f"refs/heads/{branch}", sha)
            self._tell_push(home, branch, before, sha, self._sender(sender))
            for pull in home.pulls.values():
                if pull.head_ref == branch and pull.fork_owner is None and pull.head_sha != sha:
                    self._move_head(home, pull, sha, self._sender(sender))
        return sha

    def open_pull_request(
        self,
        full_name: str,
        base_ref: str,
        head: str,
        *,
        fork: bool = False,
        title: str = "",
        body: str = "",
        draft: bool = False,
        author: str = "",
    ) -> int:
        """Open a pull request from a branch or commit into a branch; returns its number."""
        with self.hub.world.lock:
            home = self.repository(full_name)
            sha = self.find_commit(home, head)
            who = self._sender(author or ("contributor" if fork else ""))
            number, time = home.next_number(), now()
            branch = head if head != sha else f"change-{number}"
            words = title or home.bare.commit(sha).message.partition("\n")[0] or branch
            issue = Issue(self.hub.world.next_id(), number, words[:256], body or None, who, time, time)
            issue.is_pull_request = True
            pull = PullRequest(
                self.hub.world.next_id(), number, base_ref, branch, sha, who.login if fork else None, draft
            )
            home.issues[number], home.pulls[number] = issue, pull
            self._place_head(home, pull)
            if not fork:
                home.suites.setdefault(sha, self.hub.world.next_id())
            self._tell_pull(home, pull, "opened", who)
        return number

    def _place_head(self, home: Repository, pull: PullRequest) -> None:
        """Branch and pull ref follow the head; a fork's commits are only reachable through the pull ref."""
        home.bare.set_ref(f"refs/pull/{pull.number}/head", pull.head_sha)
        if pull.fork_owner is None:
            home.bare.set_ref(f"refs/heads/{pull.head_ref}", pull.head_sha)

    def _tell_pull(self, home: Repository, pull: PullRequest, action: str, sender: Person, **more: Any) -> None:
        shown = self.hub.pull(pull, home)
        parts = {"action": action, "number": pull.number, "pull_request": shown, **more}
        self.hub.emit("pull_request", home, parts, sender)

    def pull_request(self, full_name: str, number: int) -> PullRequest:
        found = self.repository(full_name).pulls.get(number)
        if found is None:
            raise InvalidInput(f"{full_name} has no pull request {number}")
        return found

    def synchronize(self, full_name: str, number: int, head: str) -> str:
        """Push to the head of a pull request; returns the new head's SHA."""
        with self.hub.world.lock:
            home, pull = self.repository(full_name), self.pull_request(full_name, number)
            sha = self.find_commit(home, head)
            who = home.issues[number].author
            before = pull.head_sha
            self._move_head(home, pull, sha, who)
            if pull.fork_owner is None:
                self._tell_push(home, pull.head_ref, before, sha, who)
        return sha

    def _move_head(self, home: Repository, pull: PullRequest, sha: str, sender: Person) -> None:
        before, pull.head_sha = pull.head_sha, sha
        home.issues[pull.number].updated_at = now()
        self._place_head(home, pull)
        self._tell_pull(home, pull, "synchronize", sender, before=before, after=sha)

    def edit_base(self, full_name: str, number: int, base_ref: str) -> None:
        """Point a pull request at another base branch."""
        with self.hub.world.lock:
            home, pull = self.repository(full_name), self.pull_request(full_name, number)
            was = {"ref": {"from": pull.base_ref}, "sha": {"from": home.bare.resolve(pull.base_ref)}}
            pull.base_ref = base_ref
            self._tell_pull(home, pull, "edited", self.hub.developer, changes={"base": was})

    def close(self, full_name: str, number: int, *, merged: bool = False) -> None:
        """Close a pull request; `merged` first merges it into its base branch."""
        with self.hub.world.lock:
            home, pull = self.repository(full_name), self.pull_request(full_name, number)
            issue, base = home.issues[number], home.bare.resolve(pull.base_ref) or ""
            issue.state, issue.closed_at, issue.updated_at = "closed", now(), now()
            if merged:
                pull.merge_sha = home.bare.merge(base, pull.head_sha, f"Merge pull request #{number}")
                pull.merged_at = now()
                home.bare.set_ref(f"refs/heads/{pull.base_ref}", pull.merge_sha)
            self._tell_pull(home, pull, "closed", self.hub.developer)
            if pull.merge_sha is not None:
                self._tell_push(home, pull.base_ref, base, pull.merge_sha, self.hub.developer)

    def reopen(self, full_name: str, number: int) -> None:
        with self.hub.world.lock:
            home, pull = self.repository(full_name), self.pull_request(full_name, number)
            home.issues[number].state, home.issues[number].closed_at = "open", None
            self._tell_pull(home, pull, "reopened", self.hub.developer)

"""What people press on a pull request: review, queue, run again, and the App's own buttons."""

from app.sandbox import pull_shapes, shapes
from app.sandbox.pulls import Pulls
from app.sandbox.state import CheckRun, Json, PullRequest, Repository, Review, now


class Buttons(Pulls):
    """Reviews, the merge queue, re-runs, and the suspension of the App."""

    def merge_group(self, full_name: str, number: int) -> str:
        """Put a pull request into the merge queue; returns the SHA of the group's commit."""
        with self.hub.world.lock:
            home, pull = self.repository(full_name), self.pull_request(full_name, number)
            base = home.bare.resolve(pull.base_ref) or ""
            sha = home.bare.merge(base, pull.head_sha, f"Merge pull request #{number} from the queue")
            home.bare.set_ref(f"refs/heads/{_queue_branch(pull, base)}", sha)
            self._tell_group(home, pull, base, sha, "checks_requested")
        return sha

    def destroy_merge_group(self, full_name: str, number: int, sha: str, *, reason: str = "dequeued") -> None:
        """Take a merge group out of the queue (reason: merged, invalidated or dequeued)."""
        with self.hub.world.lock:
            home, pull = self.repository(full_name), self.pull_request(full_name, number)
            base = home.bare.commit(sha).parents[0]
            self._tell_group(home, pull, base, sha, "destroyed", reason=reason)
            home.bare.delete_ref(f"refs/heads/{_queue_branch(pull, base)}")

    def _tell_group(self, home: Repository, pull: PullRequest, base: str, sha: str, action: str, **more: str) -> None:
        commit = home.bare.commit(sha)
        author = {"name": commit.author, "email": commit.email}
        head_commit = {
            "id": sha,
            "tree_id": commit.tree,
            "message": commit.message,
            "timestamp": commit.date,
            "author": author,
            "committer": author,
        }
        group = {
            "head_sha": sha,
            "head_ref": f"refs/heads/{_queue_branch(pull, base)}",
            "base_sha": base,
            "base_ref": f"refs/heads/{pull.base_ref}",
            "head_commit": head_commit,
        }
        self.hub.emit("merge_group", home, {"action": action, "merge_group": group, **more})

    def review(self, full_name: str, number: int, login: str, state: str = "APPROVED", body: str = "") -> None:
        """Review a pull request as somebody; state as in the REST API (APPROVED, CHANGES_REQUESTED, COMMENTED)."""
        with self.hub.world.lock:
            home, pull = self.repository(full_name), self.pull_request(full_name, number)
            found = Review(self.hub.world.next_id(), self._sender(login), state, body, pull.head_sha, now())
            pull.reviews.append(found)
            shown = pull_shapes.review(found, pull, home, self.hub.links) | {"state": state.lower()}
            brief = pull_shapes.pull_request(pull, home, self.hub.head_owner(pull, home), self.hub.links)
            parts = {"action": "submitted", "review": shown, "pull_request": brief}
            self.hub.emit("pull_request_review", home, parts, found.author)

    def rerequest_check(self, full_name: str, run_id: int) -> None:
        """Press "Re-run" on a check run."""
        with self.hub.world.lock:
            home = self.repository(full_name)
            self._tell_run(home, home.checks[run_id], "rerequested")

    def rerequest_suite(self, full_name: str, sha: str) -> None:
        """Press "Re-run all checks" on a commit."""
        with self.hub.world.lock:
            self._tell_suite(self.repository(full_name), sha, "rerequested", self.hub.developer)

    def press(self, full_name: str, run_id: int, identifier: str) -> None:
        """Press one of the App's own buttons on a check run."""
        with self.hub.world.lock:
            home = self.repository(full_name)
            action = {"identifier": identifier}
            self._tell_run(home, home.checks[run_id], "requested_action", requested_action=action)

    def _tell_run(self, home: Repository, run: CheckRun, action: str, **more: Json) -> None:
        shown = self.hub.shapes.check_run(run, home)
        shown["check_suite"] = self.hub.shapes.check_suite(run.head_sha, home)
        self.hub.emit("check_run", home, {"action": action, "check_run": shown, **more})

    def suspend(self, *, on: bool = True) -> None:
        """Suspend the installation, or lift the suspension."""
        with self.hub.world.lock:
            self.hub.suspended = on
            parts: Json = {
                "action": "suspend" if on else "unsuspend",
                "installation": self.hub.installation(),
                "repositories": [],
            }
            self.hub.hooks.emit("installation", parts | {"sender": shapes.person(self.hub.developer, self.hub.links)})


def _queue_branch(pull: PullRequest, base: str) -> str:
    return f"gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}"

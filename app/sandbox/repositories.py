"""What owners do: add a repository, give people roles; and what every push tells the App."""

from pathlib import Path
from typing import Any

from app.errors import InvalidInput
from app.sandbox import shapes
from app.sandbox.bare import Bare, resolve_in
from app.sandbox.hub import Hub
from app.sandbox.state import Json, Person, Repository, now
from app.sandbox.webhooks import Delivery

NOTHING = "0" * 40


class Repositories:
    """Repositories and their people; each action changes the state and sends the webhooks GitHub would."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._sources: dict[int, Path] = {}
        self._written_here: set[tuple[int, str]] = set()

    def repository(self, full_name: str) -> Repository:
        """The repository of that name; InvalidInput when there is none."""
        found = self.hub.world.repository(full_name)
        if found is None:
            raise InvalidInput(f"the sandbox has no repository {full_name}")
        return found

    def add_repository(
        self,
        full_name: str,
        path: Path | None = None,
        *,
        private: bool = False,
        default_branch: str = "main",
        properties: dict[str, Any] | None = None,
    ) -> Repository:
        """A new repository with the branches and tags of the one at `path`, which is only read."""
        hub = self.hub
        with hub.world.lock:
            number = hub.world.next_id()
            owner = hub.world.person(full_name.partition("/")[0], "Organization")
            bare = Bare(hub.folder / f"{number}.git", default_branch)
            made = Repository(number, full_name, owner, bare, private, default_branch, now(), properties or {})
            made.roles = {owner.login: "admin", hub.developer.login: "write"}
            if path is not None:
                self._sources[made.id] = path
                bare.fetch(path, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
            hub.world.repositories[full_name.lower()] = made
            brief = {"id": number, "node_id": shapes.node_id("R", number), "name": made.name, "full_name": full_name}
            added = {
                "action": "added",
                "repositories_added": [brief | {"private": private}],
                "repositories_removed": [],
            }
            about = {"installation": hub.installation(), "repository_selection": "all", "requester": None}
            if hub.hooks.url is not None:
                self._emit_installation(added | about)
        return made

    def _emit_installation(self, parts: Json) -> None:
        sender = shapes.person(self.hub.developer, self.hub.links)
        self.hub.hooks.emit("installation_repositories", parts | {"sender": sender})

    def commit(
        self, full_name: str, files: dict[str, str | bytes | None], *, branch: str = "", message: str = "A commit"
    ) -> str:
        """Write a commit on top of a branch (the default one if not named) without telling the App; returns its SHA.

        The branch is made on first use and moved; None deletes a file. `push` the SHA to have webhooks sent, or commit
        to a branch of its own and open a pull request from it.
        """
        with self.hub.world.lock:
            home = self.repository(full_name)
            name = branch or home.default_branch
            parent = home.bare.resolve(name) or home.bare.resolve(home.default_branch)
            sha = home.bare.write_commit(files, parent, message)
            home.bare.set_ref(f"refs/heads/{name}", sha)
            home.pushed_at = now()
            self._written_here.add((home.id, name))
        return sha

    def set_role(self, full_name: str, login: str, role: str) -> None:
        """Make somebody a collaborator: admin, maintain, write, triage or read."""
        with self.hub.world.lock:
            self.hub.world.person(login)
            self.repository(full_name).roles[login] = role

    def find_commit(self, home: Repository, name: str) -> str:
        """The commit a name stands for here or in the source, from where it is fetched when it is missing."""
        source = None if (home.id, name) in self._written_here else self._sources.get(home.id)
        found = resolve_in(source, name) if source else None
        if found is not None and home.bare.resolve(found) is None:
            home.bare.fetch(source or Path(), found)
        found = found or home.bare.resolve(name)
        if found is None:
            raise InvalidInput(f"{home.full_name} has no commit {name}")
        return found

    def _sender(self, login: str) -> Person:
        return self.hub.world.person(login) if login else self.hub.developer

    def _tell_push(self, home: Repository, branch: str, before: str, sha: str, sender: Person) -> None:
        home.pushed_at = now()
        page = f"{self.hub.links.page}/{home.full_name}"
        commit = self._push_commit(home, sha)
        pusher = {"name": sender.login, "email": f"{sender.login}@localhost"}
        parts = {
            "ref": f"refs/heads/{branch}",
            "before": before,
            "after": sha,
            "created": before == NOTHING,
            "deleted": False,
            "forced": False,
            "base_ref": None,
            "compare": f"{page}/compare/{before[:12]}...{sha[:12]}",
            "commits": [commit],
            "head_commit": commit,
            "pusher": pusher,
        }
        self.hub.emit("push", home, parts, sender)
        home.suites.setdefault(sha, self.hub.world.next_id())
        self._tell_suite(home, sha, "requested", sender)

    def _tell_suite(self, home: Repository, sha: str, action: str, sender: Person) -> Delivery | None:
        suite = self.hub.shapes.check_suite(sha, home)
        return self.hub.emit("check_suite", home, {"action": action, "check_suite": suite}, sender)

    def _push_commit(self, home: Repository, sha: str) -> Json:
        commit = home.bare.commit(sha)
        author = {"name": commit.author, "email": commit.email, "date": commit.date, "username": commit.author}
        changed: dict[str, list[str]] = {"added": [], "removed": [], "modified": []}
        for letter, path, _ in home.bare.changes(commit.parents[0], sha) if commit.parents else ():
            changed[{"A": "added", "D": "removed"}.get(letter, "modified")].append(path)
        about = {
            "id": sha,
            "tree_id": commit.tree,
            "distinct": True,
            "message": commit.message,
            "timestamp": commit.date,
        }
        url = f"{self.hub.links.page}/{home.full_name}/commit/{sha}"
        return {**about, "url": url, "author": author, "committer": author, **changed}

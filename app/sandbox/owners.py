"""What owners do to a repository that exists: rename it, archive it, show it to everybody, delete it."""

from typing import Any

from app.sandbox.buttons import Buttons
from app.sandbox.state import Repository


class Owners(Buttons):
    """The settings page of a repository; each change is told to the App, unless `told` is false: then it was lost."""

    def rename(self, full_name: str, new_name: str, *, told: bool = True) -> Repository:
        """Give it another owner/name; the old address redirects to the new one, as GitHub's does."""
        world = self.hub.world
        with world.lock:
            home = self.repository(full_name)
            del world.repositories[full_name.lower()]
            home.full_name = new_name
            home.owner = world.person(new_name.partition("/")[0], "Organization")
            world.repositories[new_name.lower()] = home
            world.moved[full_name.lower()] = new_name
            changes = {"repository": {"name": {"from": full_name.partition("/")[2]}}}
            self._tell(home, "renamed", told=told, changes=changes)
        return home

    def archive(self, full_name: str, *, on: bool = True, told: bool = True) -> None:
        with self.hub.world.lock:
            home = self.repository(full_name)
            home.archived = on
            self._tell(home, "archived" if on else "unarchived", told=told)

    def publish(self, full_name: str, *, on: bool = True, told: bool = True) -> None:
        """Make it public, or private again."""
        with self.hub.world.lock:
            home = self.repository(full_name)
            home.private = not on
            self._tell(home, "publicized" if on else "privatized", told=told)

    def change_default_branch(self, full_name: str, branch: str, *, told: bool = True) -> None:
        with self.hub.world.lock:
            home = self.repository(full_name)
            before, home.default_branch = home.default_branch, branch
            self._tell(home, "edited", told=told, changes={"default_branch": {"from": before}})

    def delete(self, full_name: str, *, told: bool = True) -> None:
        with self.hub.world.lock:
            home = self.hub.world.repositories.pop(full_name.lower())
            self._tell(home, "deleted", told=told)

    def _tell(self, home: Repository, action: str, *, told: bool, **more: Any) -> None:
        if told:
            self.hub.emit("repository", home, {"action": action, **more})

"""Everything the sandbox's API, pages and stories share: state, credentials, grants, shapes, webhooks."""

from pathlib import Path
from typing import Any

from app.sandbox import pull_shapes, shapes
from app.sandbox.credentials import Credentials
from app.sandbox.permissions import Grant, allows
from app.sandbox.shapes import Links
from app.sandbox.state import Json, Person, PullRequest, Repository, World
from app.sandbox.webhooks import Delivery, Hooks
from app.sandbox.written import APP_NAME, APP_SLUG, BOT, Shapes

APP_ID = 1_000_017
INSTALLATION_ID = 80_000_000_023

# Sent to every App that may write checks, without a subscription (docs.github.com, webhook events and payloads).
_UNASKED = {("check_suite", "requested"), ("check_suite", "rerequested")}
_UNASKED |= {("check_run", "rerequested"), ("check_run", "requested_action")}
_ALWAYS = ("installation", "installation_repositories", "ping")


class Hub:
    """One App, one installation, and the repositories it may see."""

    def __init__(self, folder: Path, grant: Grant, account: str) -> None:
        self.folder = folder
        self.grant = grant
        self.world = World()
        self.owner = self.world.person(account, "Organization")
        self.developer = self.world.person("developer")
        self.bot = self.world.person(BOT, "Bot")
        self.credentials = Credentials(APP_ID)
        self.hooks = Hooks(self.world, self.credentials.webhook_secret, APP_ID)
        self.suspended = False
        # What an installation may ask in an hour, as the headers of every answer tell.
        self.hourly = 5000
        self.last_use = 0.0
        self.use_address("http://127.0.0.1")

    def use_address(self, url: str) -> None:
        """Build every link from this address, known once the server listens."""
        self.links = Links(url, f"{url}/api/v3")
        self.shapes = Shapes(self.world, self.links, self.app())

    def app(self) -> Json:
        """The App as GET /app and every check run show it."""
        return {
            "id": APP_ID,
            "slug": APP_SLUG,
            "node_id": shapes.node_id("A", APP_ID),
            "client_id": self.credentials.client_id,
            "owner": shapes.person(self.owner, self.links),
            "name": APP_NAME,
            "description": "",
            "external_url": self.links.page,
            "html_url": f"{self.links.page}/apps/{APP_SLUG}",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "permissions": self.grant.permissions,
            "events": sorted(self.grant.events),
        }

    def installation(self) -> Json:
        return {
            "id": INSTALLATION_ID,
            "account": shapes.person(self.owner, self.links),
            "repository_selection": "all",
            "access_tokens_url": f"{self.links.api}/app/installations/{INSTALLATION_ID}/access_tokens",
            "repositories_url": f"{self.links.api}/installation/repositories",
            "html_url": f"{self.links.page}/settings/installations/{INSTALLATION_ID}",
            "app_id": APP_ID,
            "app_slug": APP_SLUG,
            "client_id": self.credentials.client_id,
            "target_id": self.owner.id,
            "target_type": self.owner.kind,
            "permissions": self.grant.permissions,
            "events": sorted(self.grant.events),
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "single_file_name": None,
            "has_multiple_single_files": False,
            "single_file_paths": [],
            "suspended_by": None,
            "suspended_at": "2026-01-02T00:00:00Z" if self.suspended else None,
        }

    def head_owner(self, pull: PullRequest, home: Repository) -> Person:
        return home.owner if pull.fork_owner is None else self.world.person(pull.fork_owner)

    def pull(self, pull: PullRequest, home: Repository) -> Json:
        """A pull request in full, as webhooks and GET …/pulls/{number} show it."""
        return pull_shapes.pull_request_details(pull, home, self.head_owner(pull, home), self.links)

    def emit(self, event: str, home: Repository, parts: Json, sender: Person | None = None) -> Delivery | None:
        """Send an event about a repository, unless the App does not hear it; None then."""
        if self.suspended or not self._hears(event, parts.get("action")):
            return None
        payload: dict[str, Any] = {
            **parts,
            "repository": shapes.repository(home, self.links),
            "organization": self._organization(home.owner),
            "installation": {"id": INSTALLATION_ID, "node_id": shapes.node_id("IN", INSTALLATION_ID)},
            "sender": shapes.person(sender or self.developer, self.links),
        }
        return self.hooks.emit(event, payload)

    def _hears(self, event: str, action: Any) -> bool:
        if event in _ALWAYS or event in self.grant.events:
            return True
        return (event, action) in _UNASKED and allows(self.grant.permissions, {"checks": "write"})

    def _organization(self, owner: Person) -> Json:
        url = f"{self.links.api}/orgs/{owner.login}"
        names = ("hooks", "issues", "members{/member}", "public_members{/member}", "repos", "events")
        links = {f"{name.partition('{')[0]}_url": f"{url}/{name}" for name in names}
        about = {"login": owner.login, "id": owner.id, "node_id": shapes.node_id("O", owner.id)}
        return about | {"url": url, "avatar_url": f"{self.links.page}/avatar.svg", "description": None} | links

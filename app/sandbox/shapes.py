"""Accounts, repositories, labels and milestones in the JSON shapes of GitHub's REST API and webhooks."""

from dataclasses import dataclass

from app.sandbox.state import Json, Label, Milestone, Person, Repository

_PERSON_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REPOSITORY_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_COUNTS = ("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size")
_SWITCHES = {
    "has_projects": False,
    "has_wiki": False,
    "has_pages": False,
    "has_downloads": True,
    "has_discussions": False,
    "disabled": False,
    "is_template": False,
    "web_commit_signoff_required": False,
    "allow_forking": True,
}


@dataclass(frozen=True, slots=True)
class Links:
    """The two addresses every shape needs: pages and API."""

    page: str
    api: str

    def repository(self, repository: Repository) -> str:
        return f"{self.api}/repos/{repository.full_name}"


def node_id(kind: str, number: int) -> str:
    return f"{kind}_{number:012x}"


def person(who: Person, links: Links) -> Json:
    api = f"{links.api}/users/{who.login}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node_id("U", who.id),
        "avatar_url": f"{links.page}/avatar.svg",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{links.page}/{who.login}",
        **{name: api + tail for name, tail in _PERSON_LINKS.items()},
        "type": who.kind,
        "site_admin": False,
        "user_view_type": "public",
    }


def repository(found: Repository, links: Links) -> Json:
    api, page = links.repository(found), f"{links.page}/{found.full_name}"
    open_issues = sum(issue.state == "open" for issue in found.issues.values())
    return {
        "id": found.id,
        "node_id": node_id("R", found.id),
        "name": found.name,
        "full_name": found.full_name,
        "private": found.private,
        "visibility": "public" if not found.private else "internal" if found.is_internal else "private",
        "owner": person(found.owner, links),
        "html_url": page,
        "description": None,
        "fork": False,
        "url": api,
        **{name: api + tail for name, tail in _REPOSITORY_LINKS.items()},
        "git_url": f"{page}.git".replace("http:", "git:"),
        "ssh_url": f"git@localhost:{found.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "topics": [],
        "default_branch": found.default_branch,
        "archived": found.archived,
        "has_issues": found.has_issues,
        **_SWITCHES,
        **dict.fromkeys(_COUNTS, 0),
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "created_at": found.created_at,
        "updated_at": found.created_at,
        "pushed_at": found.pushed_at or found.created_at,
        "custom_properties": found.properties,
    }


def repository_details(found: Repository, links: Links) -> Json:
    """What GET /repos/{owner}/{repo} says beyond the usual shape."""
    more = {"network_count": 0, "subscribers_count": 0, "permissions": {"admin": False, "push": False, "pull": True}}
    return repository(found, links) | more


def label(found: Label, owner: Repository, links: Links) -> Json:
    return {
        "id": found.id,
        "node_id": node_id("LA", found.id),
        "url": f"{links.repository(owner)}/labels/{found.name}",
        "name": found.name,
        "color": found.color,
        "default": False,
        "description": found.description,
        "archived_at": None,
        "archived_by": None,
    }


def milestone(found: Milestone, owner: Repository, links: Links) -> Json:
    url = f"{links.repository(owner)}/milestones/{found.number}"
    inside = [issue for issue in owner.issues.values() if issue.milestone == found.number]
    return {
        "url": url,
        "html_url": f"{links.page}/{owner.full_name}/milestone/{found.number}",
        "labels_url": f"{url}/labels",
        "id": found.id,
        "node_id": node_id("MI", found.id),
        "number": found.number,
        "title": found.title,
        "description": found.description,
        "creator": person(owner.owner, links),
        "open_issues": sum(issue.state == "open" for issue in inside),
        "closed_issues": sum(issue.state == "closed" for issue in inside),
        "state": found.state,
        "created_at": found.created_at,
        "updated_at": found.created_at,
        "due_on": found.due_on,
        "closed_at": None,
    }

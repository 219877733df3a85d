"""A `pull_request.synchronize` payload of GitHub's size and shape, about 24 kB, all of it made up."""

import json
from typing import Any

_API = "https://api.github.example"
_WEB = "https://github.example"
_REPOSITORY_PARTS = [
    "forks",
    "keys",
    "collaborators",
    "teams",
    "hooks",
    "events",
    "assignees",
    "branches",
    "tags",
    "blobs",
    "git_refs",
    "trees",
    "statuses",
    "languages",
    "stargazers",
    "contributors",
    "subscribers",
    "commits",
    "git_commits",
    "comments",
    "issue_comment",
    "contents",
    "compare",
    "merges",
    "archive",
    "issues",
    "pulls",
    "milestones",
    "labels",
    "releases",
    "deployments",
]
_USER_PARTS = ["followers", "following", "gists", "starred", "organizations", "repos", "events"]


def synchronize() -> bytes:
    """The body of one delivery."""
    pull = _pull(_repository(), _user("ann", 4001))
    document = {
        "action": "synchronize",
        "number": 42,
        "pull_request": pull,
        "before": "a" * 40,
        "after": "b" * 40,
        "repository": _repository(),
        "organization": _user("example-organisation", 5001) | {"description": "What we make. " * 6},
        "sender": _user("ann", 4001),
        "installation": {"id": 6001, "node_id": "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uNjAwMQ=="},
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _user(login: str, number: int) -> dict[str, Any]:
    address = f"{_API}/users/{login}"
    return {
        "login": login,
        "id": number,
        "node_id": f"MDQ6VXNlc{number}",
        "avatar_url": f"https://avatars.github.example/u/{number}?v=4",
        "gravatar_id": "",
        "url": address,
        "html_url": f"{_WEB}/{login}",
        **{f"{part}_url": f"{address}/{part}{{/other}}" for part in _USER_PARTS},
        "type": "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def _repository() -> dict[str, Any]:
    name = "example-organisation/example-service"
    address = f"{_API}/repos/{name}"
    return {
        "id": 7001,
        "node_id": "MDEwOlJlcG9zaXRvcnk3MDAx",
        "name": "example-service",
        "full_name": name,
        "private": True,
        "owner": _user("example-organisation", 5001),
        "html_url": f"{_WEB}/{name}",
        "description": "A service that does what its README says, and a little more than that.",
        "fork": False,
        "url": address,
        **{f"{part}_url": f"{address}/{part.replace('_', '/')}{{/sha}}" for part in _REPOSITORY_PARTS},
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "pushed_at": "2026-01-01T00:00:00Z",
        **{f"{way}_url": f"{way}://github.example/{name}.git" for way in ("git", "ssh", "clone", "svn")},
        "homepage": None,
        "size": 40961,
        **{f"has_{part}": True for part in ("issues", "projects", "downloads", "wiki", "pages", "discussions")},
        **{f"{part}_count": 17 for part in ("stargazers", "watchers", "forks", "open_issues")},
        "language": "Python",
        "archived": False,
        "disabled": False,
        "license": {"key": "apache-2.0", "name": "Apache License 2.0", "spdx_id": "Apache-2.0"},
        "topics": ["service", "example", "production"],
        "visibility": "private",
        "default_branch": "main",
        **{f"allow_{way}": True for way in ("squash_merge", "merge_commit", "rebase_merge", "auto_merge", "forking")},
    }


def _pull(repository: dict[str, Any], author: dict[str, Any]) -> dict[str, Any]:
    address = f"{repository['url']}/pulls/42"
    return {
        "url": address,
        "id": 8001,
        "node_id": "PR_kwDOABCDEF4AAAAA",
        "html_url": f"{repository['html_url']}/pull/42",
        **{
            f"{part}_url": f"{address}/{part}" for part in ("diff", "patch", "issue", "commits", "comments", "statuses")
        },
        "number": 42,
        "state": "open",
        "locked": False,
        "title": "Answer /health/ready only when the database does",
        "user": author,
        "body": "What changed, why, and how it was tried.\n\n" * 6,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-02T00:00:00Z",
        "merge_commit_sha": "c" * 40,
        "assignees": [_user("bob", 4002)],
        "requested_reviewers": [_user("cleo", 4003)],
        "labels": [{"id": 9001, "name": "reliability", "color": "0e8a16", "default": False, "description": ""}],
        "draft": False,
        "head": {"label": "ann:ready", "ref": "ready", "sha": "b" * 40, "user": author, "repo": repository},
        "base": {"label": "main", "ref": "main", "sha": "d" * 40, "user": author, "repo": repository},
        "_links": {part: {"href": f"{address}/{part}"} for part in ("self", "html", "issue", "comments", "commits")},
        "author_association": "MEMBER",
        "merged": False,
        "mergeable": None,
        "mergeable_state": "unknown",
        "comments": 1,
        "review_comments": 2,
        "commits": 3,
        "additions": 120,
        "deletions": 8,
        "changed_files": 3,
    }

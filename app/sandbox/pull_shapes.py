"""Pull requests and reviews in the JSON shapes of GitHub's REST API and webhooks."""

from app.sandbox import shapes
from app.sandbox.shapes import Links
from app.sandbox.state import Json, Person, PullRequest, Repository, Review


def _side(ref: str, sha: str, owner: Json, home: Json) -> Json:
    return {"label": f"{owner['login']}:{ref}", "ref": ref, "sha": sha, "user": owner, "repo": home}


def _fork(parent: Repository, pull: PullRequest, who: Person, links: Links) -> Json:
    """The contributor's copy, as far as a pull request shows it; its objects live in the parent."""
    copy = shapes.repository(parent, links)
    full_name = f"{who.login}/{parent.name}"
    return copy | {
        "id": pull.id + 1_000_000,
        "full_name": full_name,
        "owner": shapes.person(who, links),
        "fork": True,
        "html_url": f"{links.page}/{full_name}",
        "url": f"{links.api}/repos/{full_name}",
        "clone_url": f"{links.page}/{full_name}.git",
    }


# What nobody here is asked for, locked or merged by.
_UNUSED: Json = {
    "locked": False,
    "active_lock_reason": None,
    "assignee": None,
    "assignees": [],
    "requested_reviewers": [],
    "requested_teams": [],
    "milestone": None,
    "auto_merge": None,
}


def pull_request(pull: PullRequest, home: Repository, head_owner: Person, links: Links) -> Json:
    """A pull request; base.sha is the tip of the base branch as it stands now."""
    issue = home.issues[pull.number]
    api, page = links.repository(home), f"{links.page}/{home.full_name}/pull/{pull.number}"
    url = f"{api}/pulls/{pull.number}"
    base_sha = home.bare.resolve(pull.base_ref) or pull.head_sha
    forked = pull.fork_owner is not None
    base = shapes.repository(home, links)
    addresses = _addresses(pull, api, page)
    return {
        "url": url,
        "id": pull.id,
        "node_id": shapes.node_id("PR", pull.id),
        "html_url": page,
        **{f"{kind}_url": f"{page}.{kind}" for kind in ("diff", "patch")},
        **{f"{name}_url": link for name, link in addresses.items() if name not in ("self", "html")},
        "number": pull.number,
        "state": issue.state,
        "title": issue.title,
        "user": shapes.person(issue.author, links),
        "body": issue.body,
        "created_at": issue.created_at,
        "updated_at": issue.updated_at,
        "closed_at": issue.closed_at,
        "merged_at": pull.merged_at,
        "merge_commit_sha": pull.merge_sha,
        "labels": [shapes.label(home.labels[name.lower()], home, links) for name in issue.labels],
        "draft": pull.draft,
        **_UNUSED,
        "head": _side(
            pull.head_ref,
            pull.head_sha,
            shapes.person(head_owner, links),
            _fork(home, pull, head_owner, links) if forked else base,
        ),
        "base": _side(pull.base_ref, base_sha, shapes.person(home.owner, links), base),
        "_links": {name: {"href": link} for name, link in addresses.items()},
        "author_association": "CONTRIBUTOR" if forked else "MEMBER",
    }


def _addresses(pull: PullRequest, api: str, page: str) -> dict[str, str]:
    url, issue = f"{api}/pulls/{pull.number}", f"{api}/issues/{pull.number}"
    return {
        "self": url,
        "html": page,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api}/statuses/{pull.head_sha}",
    }


def pull_request_details(pull: PullRequest, home: Repository, head_owner: Person, links: Links) -> Json:
    """What a single pull request says beyond its place in a list: counts and whether it merges."""
    base_sha = home.bare.resolve(pull.base_ref) or pull.head_sha
    start = home.bare.merge_base(base_sha, pull.head_sha) or base_sha
    closed = home.issues[pull.number].state == "closed"
    return pull_request(pull, home, head_owner, links) | {
        "merged": pull.merged_at is not None,
        "mergeable": None if closed else True,
        "rebaseable": None,
        "mergeable_state": "unknown" if closed else "clean",
        "merged_by": shapes.person(home.owner, links) if pull.merged_at else None,
        "comments": len(home.issues[pull.number].comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(home.bare.commits_between(start, pull.head_sha)),
        **_line_counts(home, start, pull.head_sha),
    }


def _line_counts(home: Repository, start: str, head: str) -> Json:
    lines = home.bare.git("diff-tree", "-r", "-M", "--numstat", start, head).decode(errors="replace").splitlines()
    counts = [line.split("\t", 2)[:2] for line in lines]
    added = sum(int(count[0]) for count in counts if count[0].isdigit())
    deleted = sum(int(count[1]) for count in counts if count[1].isdigit())
    return {"additions": added, "deletions": deleted, "changed_files": len(lines)}


def review(found: Review, pull: PullRequest, home: Repository, links: Links) -> Json:
    page = f"{links.page}/{home.full_name}/pull/{pull.number}"
    url = f"{links.repository(home)}/pulls/{pull.number}"
    return {
        "id": found.id,
        "node_id": shapes.node_id("PRR", found.id),
        "user": shapes.person(found.author, links),
        "body": found.body,
        "state": found.state,
        "html_url": f"{page}#review-{found.id}",
        "pull_request_url": url,
        "_links": {"html": {"href": f"{page}#review-{found.id}"}, "pull_request": {"href": url}},
        "submitted_at": found.submitted_at,
        "commit_id": found.commit,
        "author_association": "MEMBER" if found.author.login in home.roles else "NONE",
    }

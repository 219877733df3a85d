"""What the App writes, check runs, issues and comments, in the JSON shapes of GitHub's REST API."""

from app.sandbox.shapes import Links, label, milestone, node_id, person
from app.sandbox.state import CheckRun, Comment, Issue, Json, PullRequest, Repository, World

APP_NAME = "Readygate"
APP_SLUG = "readygate"
BOT = f"{APP_SLUG}[bot]"


class Shapes:
    """Shapes that need to know the App behind them: its id, permissions and events."""

    def __init__(self, world: World, links: Links, app: Json) -> None:
        self.world = world
        self.links = links
        self.app = app

    def check_run(self, run: CheckRun, home: Repository) -> Json:
        api, page = self.links.repository(home), f"{self.links.page}/{home.full_name}/runs/{run.id}"
        url = f"{api}/check-runs/{run.id}"
        return {
            "id": run.id,
            "node_id": node_id("CR", run.id),
            "name": run.name,
            "head_sha": run.head_sha,
            "external_id": run.external_id,
            "url": url,
            "html_url": page,
            "details_url": run.details_url or page,
            "status": run.status,
            "conclusion": run.conclusion,
            "started_at": run.started_at,
            "completed_at": run.completed_at,
            "output": {
                "title": run.title,
                "summary": run.summary,
                "text": run.text,
                "annotations_count": len(run.annotations),
                "annotations_url": f"{url}/annotations",
            },
            "check_suite": {"id": run.suite_id},
            "app": self.app,
            "pull_requests": self._pulls_of(run.head_sha, home),
        }

    def check_suite(self, sha: str, home: Repository) -> Json:
        """The suite of one commit; its conclusion is that of its worst run."""
        runs = home.checks_of(sha)
        suite = home.suites[sha]
        api = self.links.repository(home)
        done = bool(runs) and all(run.status == "completed" for run in runs)
        commit = home.bare.commit(sha)
        author = {"name": commit.author, "email": commit.email}
        branches = [name for name, tip in home.bare.refs("refs/heads/").items() if tip == sha]
        return {
            "id": suite,
            "node_id": node_id("CS", suite),
            "head_branch": branches[0].removeprefix("refs/heads/") if branches else None,
            "head_sha": sha,
            "status": "completed" if done else "queued",
            "conclusion": _worst([run.conclusion for run in runs]) if done else None,
            "url": f"{api}/check-suites/{suite}",
            "before": commit.parents[0] if commit.parents else None,
            "after": sha,
            "pull_requests": self._pulls_of(sha, home),
            "app": self.app,
            "created_at": home.created_at,
            "updated_at": home.created_at,
            "latest_check_runs_count": len(runs),
            "check_runs_url": f"{api}/check-suites/{suite}/check-runs",
            "head_commit": {
                "id": sha,
                "tree_id": commit.tree,
                "message": commit.message,
                "timestamp": commit.date,
                "author": author,
                "committer": author,
            },
        }

    def _pulls_of(self, sha: str, home: Repository) -> list[Json]:
        """Open pull requests of this head; those of forks are left out, as on GitHub."""
        own = [pull for pull in home.pulls.values() if pull.head_sha == sha and pull.fork_owner is None]
        return [self._pull_in_brief(pull, home) for pull in own if home.issues[pull.number].state == "open"]

    def _pull_in_brief(self, pull: PullRequest, home: Repository) -> Json:
        api = self.links.repository(home)
        brief = {"id": home.id, "url": api, "name": home.name}
        base_sha = home.bare.resolve(pull.base_ref) or pull.head_sha
        return {
            "id": pull.id,
            "number": pull.number,
            "url": f"{api}/pulls/{pull.number}",
            "head": {"ref": pull.head_ref, "sha": pull.head_sha, "repo": brief},
            "base": {"ref": pull.base_ref, "sha": base_sha, "repo": brief},
        }

    def issue(self, issue: Issue, home: Repository) -> Json:
        api, kind = self.links.repository(home), "pull" if issue.is_pull_request else "issues"
        url, page = f"{api}/issues/{issue.number}", f"{self.links.page}/{home.full_name}/{kind}/{issue.number}"
        assignees = [person(self.world.person(login), self.links) for login in issue.assignees]
        shown = {
            "url": url,
            "repository_url": api,
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "timeline_url": f"{url}/timeline",
            "html_url": page,
            "id": issue.id,
            "node_id": node_id("I", issue.id),
            "number": issue.number,
            "title": issue.title,
            "user": person(issue.author, self.links),
            "labels": [label(home.labels[name.lower()], home, self.links) for name in issue.labels],
            "state": issue.state,
            "state_reason": issue.state_reason,
            "locked": False,
            "active_lock_reason": None,
            "assignee": assignees[0] if assignees else None,
            "assignees": assignees,
            "milestone": milestone(home.milestones[issue.milestone], home, self.links) if issue.milestone else None,
            "comments": len(issue.comments),
            "created_at": issue.created_at,
            "updated_at": issue.updated_at,
            "closed_at": issue.closed_at,
            "author_association": "NONE",
            "body": issue.body,
            "reactions": _reactions(url),
            "performed_via_github_app": self.app if issue.author.login == BOT else None,
        }
        if issue.is_pull_request:
            shown["pull_request"] = _pull_links(f"{api}/pulls/{issue.number}", page)
        return shown

    def comment(self, comment: Comment, issue: Issue, home: Repository) -> Json:
        api = self.links.repository(home)
        url = f"{api}/issues/comments/{comment.id}"
        return {
            "url": url,
            "html_url": f"{self.links.page}/{home.full_name}/issues/{issue.number}#issuecomment-{comment.id}",
            "issue_url": f"{api}/issues/{issue.number}",
            "id": comment.id,
            "node_id": node_id("IC", comment.id),
            "user": person(comment.author, self.links),
            "created_at": comment.created_at,
            "updated_at": comment.updated_at,
            "author_association": "NONE",
            "body": comment.body,
            "reactions": _reactions(url),
            "performed_via_github_app": self.app if comment.author.login == BOT else None,
        }


def annotation(found: Json, run: CheckRun, home: Repository, links: Links) -> Json:
    """One annotation as GET …/annotations shows it."""
    empty = {"start_column": None, "end_column": None, "title": None, "raw_details": None}
    href = f"{links.page}/{home.full_name}/blob/{run.head_sha}/{found['path']}"
    return empty | found | {"blob_href": href}


_SEVERITY = (
    "failure",
    "timed_out",
    "action_required",
    "startup_failure",
    "cancelled",
    "stale",
    "neutral",
    "success",
    "skipped",
)


def _worst(conclusions: list[str | None]) -> str | None:
    return next((known for known in _SEVERITY if known in conclusions), None)


def _reactions(url: str) -> Json:
    kinds = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    return {"url": f"{url}/reactions", "total_count": 0} | dict.fromkeys(kinds, 0)


def _pull_links(url: str, page: str) -> Json:
    return {"url": url, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}

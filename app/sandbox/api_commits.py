"""REST operations that read history: commits, comparisons, branches, tags and refs."""

from app.sandbox.api_contents import READ
from app.sandbox.operations import Answer, Call, Operation, listing
from app.sandbox.refusals import Refused, not_found
from app.sandbox.shapes import node_id
from app.sandbox.state import Json

# docs.github.com/rest/commits/commits, compare two commits: commits unpaged, and files of the first page.
_COMPARED_COMMITS = 250
_COMPARED_FILES = 300
_KINDS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}


def git_commit(call: Call, sha: str) -> Json:
    """A commit as the git database shows it."""
    commit, api = call.home.bare.commit(sha), call.hub.links.repository(call.home)
    page = f"{call.hub.links.page}/{call.home.full_name}/commit"
    author = {"name": commit.author, "email": commit.email, "date": commit.date}
    return {
        "sha": sha,
        "node_id": f"C_{sha}",
        "url": f"{api}/git/commits/{sha}",
        "html_url": f"{page}/{sha}",
        "author": author,
        "committer": author,
        "message": commit.message,
        "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
        "parents": [{"sha": p, "url": f"{api}/git/commits/{p}", "html_url": f"{page}/{p}"} for p in commit.parents],
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
    }


def commit_entry(call: Call, sha: str) -> Json:
    """A commit as lists and comparisons show it."""
    inner = git_commit(call, sha)
    api = call.hub.links.repository(call.home)
    return {
        "sha": sha,
        "node_id": inner["node_id"],
        "url": f"{api}/commits/{sha}",
        "html_url": inner["html_url"],
        "comments_url": f"{api}/commits/{sha}/comments",
        "commit": {
            "url": inner["url"],
            "author": inner["author"],
            "committer": inner["committer"],
            "message": inner["message"],
            "tree": inner["tree"],
            "comment_count": 0,
            "verification": inner["verification"],
        },
        "author": None,
        "committer": None,
        "parents": [parent | {"url": parent["url"].replace("/git/", "/")} for parent in inner["parents"]],
    }


def changed_files(call: Call, base: str, head: str, most: int) -> list[Json]:
    """The files two commits differ in, with their hunks, at most so many."""
    bare, api = call.home.bare, call.hub.links.repository(call.home)
    page = f"{call.hub.links.page}/{call.home.full_name}"
    shown = []
    for letter, path, before in bare.changes(base, head)[:most]:
        patch = bare.patch(base, head, path)
        lines = [line[:1] for line in patch.splitlines()]
        counts = {"additions": lines.count("+"), "deletions": lines.count("-")}
        side = base if letter == "D" else head
        entry = bare.tree(side, path=path)
        shown.append(
            {
                "sha": entry[0].sha if entry else None,
                "filename": path,
                "status": _KINDS.get(letter, "modified"),
                **counts,
                "changes": sum(counts.values()),
                "blob_url": f"{page}/blob/{side}/{path}",
                "raw_url": f"{page}/raw/{side}/{path}",
                "contents_url": f"{api}/contents/{path}?ref={side}",
                **({"patch": patch} if patch else {}),
                **({"previous_filename": before} if before != path else {}),
            }
        )
    return shown


def _git_commit(call: Call) -> Answer:
    sha = call.home.bare.resolve(str(call.values["sha"]))
    if sha is None:
        raise not_found()
    return Answer(git_commit(call, sha))


def _commit(call: Call) -> Answer:
    sha = call.commit(str(call.values["ref"]))
    if "sha" in call.accept.split("github.")[-1].split(","):
        return Answer(raw=sha.encode(), media_type="application/vnd.github.sha; charset=utf-8")
    parents = call.home.bare.commit(sha).parents
    files = changed_files(call, parents[0], sha, _COMPARED_FILES) if parents else []
    totals = {name: sum(file[name] for file in files) for name in ("additions", "deletions")}
    stats = totals | {"total": sum(totals.values())}
    return Answer(commit_entry(call, sha) | {"stats": stats, "files": files})


def _commits(call: Call) -> Answer:
    sha = call.commit(call.query.get("sha") or call.home.default_branch)
    path = ["--", call.query["path"]] if call.query.get("path") else []
    shas = call.home.bare.git("rev-list", sha, *path).decode().split()
    shown, headers = call.page(shas)
    return Answer([commit_entry(call, one) for one in shown], headers=headers)


def _compare(call: Call) -> Answer:
    base_name, dots, head_name = str(call.values["basehead"]).partition("...")
    base, head = (call.home.bare.resolve(name.rpartition(":")[2]) for name in (base_name, head_name))
    if not dots or base is None or head is None:
        raise not_found()
    start = call.home.bare.merge_base(base, head)
    if start is None:
        raise Refused(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead, behind = call.home.bare.commits_between(base, head), call.home.bare.commits_between(head, base)
    status = {(0, 0): "identical", (1, 0): "ahead", (0, 1): "behind"}.get((bool(ahead), bool(behind)), "diverged")
    url = f"{call.hub.links.repository(call.home)}/compare/{base_name}...{head_name}"
    page = f"{call.hub.links.page}/{call.home.full_name}/compare/{base_name}...{head_name}"
    return Answer(
        {
            "url": url,
            "html_url": page,
            "permalink_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "base_commit": commit_entry(call, base),
            "merge_base_commit": commit_entry(call, start),
            "status": status,
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [commit_entry(call, sha) for sha in ahead[:_COMPARED_COMMITS]],
            "files": changed_files(call, start, head, _COMPARED_FILES),
        }
    )


def _branches(call: Call) -> Answer:
    refs = call.home.bare.refs("refs/heads/")
    return listing(call, [_short_branch(call, name.removeprefix("refs/heads/"), sha) for name, sha in refs.items()])


def _short_branch(call: Call, name: str, sha: str) -> Json:
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{call.hub.links.repository(call.home)}/commits/{sha}"},
        "protected": False,
    }


def _branch(call: Call) -> Answer:
    name = str(call.values["branch"])
    sha = call.home.bare.refs(f"refs/heads/{name}").get(f"refs/heads/{name}")
    if sha is None:
        raise Refused(404, "Branch not found")
    url = f"{call.hub.links.repository(call.home)}/branches/{name}"
    page = f"{call.hub.links.page}/{call.home.full_name}/tree/{name}"
    off = {"enabled": False, "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []}}
    return Answer(
        {
            "name": name,
            "commit": commit_entry(call, sha),
            "_links": {"self": url, "html": page},
            "protected": False,
            "protection": off,
            "protection_url": f"{url}/protection",
        }
    )


def _tags(call: Call) -> Answer:
    def shape(name: str) -> Json:
        short, sha = name.removeprefix("refs/tags/"), call.home.bare.resolve(name) or ""
        api = call.hub.links.repository(call.home)
        archives = {f"{kind}_url": f"{api}/{kind}/refs/tags/{short}" for kind in ("zipball", "tarball")}
        return {"name": short, "node_id": f"T_{sha}", "commit": {"sha": sha, "url": f"{api}/commits/{sha}"}, **archives}

    return listing(call, [shape(name) for name in call.home.bare.refs("refs/tags/")])


def _git_ref(call: Call) -> Answer:
    name = f"refs/{call.values['ref']}"
    sha = call.home.bare.refs(name).get(name)
    if sha is None:
        raise not_found()
    return Answer(_ref_shape(call, name, sha))


def _matching_refs(call: Call) -> Answer:
    start = f"refs/{call.values['ref']}"
    refs = call.home.bare.refs("refs/")
    return listing(call, [_ref_shape(call, name, sha) for name, sha in refs.items() if name.startswith(start)])


def _ref_shape(call: Call, name: str, sha: str) -> Json:
    api = call.hub.links.repository(call.home)
    kind = call.home.bare.git("cat-file", "-t", sha).decode().strip()
    target = {"sha": sha, "type": kind, "url": f"{api}/git/{kind}s/{sha}"}
    return {"ref": name, "node_id": node_id("REF", int(sha[:8], 16)), "url": f"{api}/git/{name}", "object": target}


_REPO = "/repos/{owner}/{repo}"
OPERATIONS = (
    Operation("GET", f"{_REPO}/git/commits/{{sha}}", _git_commit, READ),
    Operation("GET", f"{_REPO}/git/ref/{{ref:path}}", _git_ref, READ),
    Operation("GET", f"{_REPO}/git/matching-refs/{{ref:path}}", _matching_refs, READ),
    Operation("GET", f"{_REPO}/commits", _commits, READ),
    Operation("GET", f"{_REPO}/commits/{{ref:path}}", _commit, READ),
    Operation("GET", f"{_REPO}/compare/{{basehead:path}}", _compare, READ),
    Operation("GET", f"{_REPO}/branches", _branches, READ),
    Operation("GET", f"{_REPO}/branches/{{branch:path}}", _branch, READ),
    Operation("GET", f"{_REPO}/tags", _tags, ({"metadata": "read"},)),
)

"""REST operations that read files: contents, trees and blobs."""

import base64
import posixpath

from app.sandbox.bare import TreeEntry
from app.sandbox.operations import Answer, Call, Operation
from app.sandbox.refusals import Refused, not_found
from app.sandbox.state import Json

READ = ({"contents": "read"},)

# docs.github.com/rest/repos/contents and /rest/git: what each way of reading stops at.
_INLINE_BYTES = 1024 * 1024
_RAW_BYTES = 100 * 1024 * 1024
_FOLDER_ENTRIES = 1000
_TREE_ENTRIES = 100_000


def _ref(call: Call) -> str:
    name = call.query.get("ref") or call.home.default_branch
    commit = call.home.bare.resolve(name)
    if commit is None:
        raise Refused(404, f"No commit found for the ref {name}")
    return commit


def _contents(call: Call) -> Answer:
    path = str(call.values.get("path", "")).strip("/")
    commit, bare = _ref(call), call.home.bare
    entries = bare.tree(commit, path=path) if path else []
    if path and not entries:
        raise not_found()
    if path and entries[0].kind != "tree":
        return _file(call, entries[0], commit)
    inside = bare.tree(commit, path=f"{path}/" if path else "")
    return Answer([_entry(call, entry, commit) for entry in inside[:_FOLDER_ENTRIES]])


def _file(call: Call, entry: TreeEntry, commit: str) -> Answer:
    if entry.kind == "commit":
        return Answer(_entry(call, entry, commit))
    if (entry.size or 0) > _RAW_BYTES:
        raise Refused(
            403, "This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API."
        )
    content = call.home.bare.blob(entry.sha) or b""
    if "raw" in call.accept:
        return Answer(raw=content, media_type="application/vnd.github.raw; charset=utf-8")
    small = len(content) <= _INLINE_BYTES
    text = base64.encodebytes(content).decode() if small else ""
    return Answer(_entry(call, entry, commit) | {"content": text, "encoding": "base64" if small else "none"})


def _entry(call: Call, entry: TreeEntry, commit: str) -> Json:
    home, kind = call.home, {"tree": "dir", "commit": "submodule"}.get(entry.kind, "file")
    api, page = call.hub.links.repository(home), f"{call.hub.links.page}/{home.full_name}"
    url, git = f"{api}/contents/{entry.path}?ref={commit}", f"{api}/git/{entry.kind}s/{entry.sha}"
    html = f"{page}/{'tree' if kind == 'dir' else 'blob'}/{commit}/{entry.path}"
    return {
        "type": "symlink" if entry.mode == "120000" else kind,
        "size": entry.size or 0,
        "name": posixpath.basename(entry.path),
        "path": entry.path,
        "sha": entry.sha,
        "url": url,
        "git_url": git,
        "html_url": html,
        "download_url": f"{page}/raw/{commit}/{entry.path}" if kind == "file" else None,
        "_links": {"self": url, "git": git, "html": html},
    }


def _tree(call: Call) -> Answer:
    name = str(call.values["sha"])
    tree = call.home.bare.tree_of(name)
    if tree is None:
        raise not_found()
    recursive = bool(call.query.get("recursive"))
    entries = call.home.bare.tree(tree, recursive=recursive)
    api = call.hub.links.repository(call.home)
    shown = [_tree_entry(entry, api) for entry in entries[:_TREE_ENTRIES]]
    truncated = len(entries) > _TREE_ENTRIES
    return Answer({"sha": tree, "url": f"{api}/git/trees/{tree}", "tree": shown, "truncated": truncated})


def _tree_entry(entry: TreeEntry, api: str) -> Json:
    shown: Json = {"path": entry.path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha}
    if entry.kind != "commit":
        shown["url"] = f"{api}/git/{entry.kind}s/{entry.sha}"
    return shown | ({"size": entry.size} if entry.size is not None else {})


def _blob(call: Call) -> Answer:
    sha = str(call.values["sha"])
    content = call.home.bare.blob(sha)
    if content is None:
        raise not_found()
    if "raw" in call.accept:
        return Answer(raw=content, media_type="application/vnd.github.raw; charset=utf-8")
    return Answer(
        {
            "sha": sha,
            "node_id": f"B_{sha}",
            "size": len(content),
            "url": f"{call.hub.links.repository(call.home)}/git/blobs/{sha}",
            "content": base64.encodebytes(content).decode(),
            "encoding": "base64",
        }
    )


_REPO = "/repos/{owner}/{repo}"
OPERATIONS = (
    Operation("GET", f"{_REPO}/contents", _contents, READ),
    Operation("GET", f"{_REPO}/contents/{{path:path}}", _contents, READ),
    Operation("GET", f"{_REPO}/git/trees/{{sha:path}}", _tree, READ),
    Operation("GET", f"{_REPO}/git/blobs/{{sha}}", _blob, READ),
)

"""The pages: what they show, and that nothing of a repository can act in them."""

import json
import re
from html.parser import HTMLParser

import httpx
import pytest
from sandbox_world import REPOSITORY, Receiver, client_of

from app.sandbox.sandbox import Sandbox

HOME = f"/repos/{REPOSITORY}"
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
FORBIDDEN_TAGS = {"script", "img", "iframe", "object", "embed", "svg"}


class Page(HTMLParser):
    """The tags, links and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        self.words += data


def get(sandbox: Sandbox, path: str) -> httpx.Response:
    return httpx.get(sandbox.url + path, trust_env=False)


def page(sandbox: Sandbox, path: str) -> Page:
    answer = get(sandbox, path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def judge(sandbox: Sandbox, **fields: object) -> int:
    """A completed check run on the branch change; returns its id."""
    body = {"name": "readygate", "head_sha": sandbox.repository(REPOSITORY).bare.resolve("change")} | fields
    with client_of(sandbox) as client:
        answer = client.post(f"{HOME}/check-runs", content=json.dumps(body))
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def verdict(message: str = "m", **changes: object) -> dict[str, object]:
    note = {"path": "app.py", "start_line": 2, "end_line": 2, "annotation_level": "failure", "message": message}
    return {"title": "Not ready", "summary": "**two** gaps\n\n|a|\n|-|\n|1|", "annotations": [note | changes]}


def test_a_pull_request_shows_its_check_run_with_the_code(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change", title="Faster", body="Because *speed*.")
    assert "Waiting for the first check run" in page(sandbox, "/acme/shop/pull/1").words
    judge(sandbox, conclusion="failure", output=verdict("Return the right answer", title="wrong-answer"))
    shown = page(sandbox, "/acme/shop/pull/1")
    for words in (
        "Faster",
        "Merging is blocked",
        "Not ready",
        "two",
        "wrong-answer",
        "Return the right answer",
        "return 2",
    ):
        assert words in shown.words
    assert "table" in shown.tags
    judge(sandbox, conclusion="success", output={"title": "Ready", "summary": "S"})
    shown = page(sandbox, "/acme/shop/pull/1")
    assert "All checks have passed" in shown.words
    assert "1 earlier attempt" in shown.words


def test_a_page_waits_by_itself_only_while_something_is_running(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change")
    assert 'http-equiv="refresh"' in get(sandbox, "/acme/shop/pull/1").text
    judge(sandbox, conclusion="neutral", output={"title": "T", "summary": "S"})
    assert 'http-equiv="refresh"' not in get(sandbox, "/acme/shop/pull/1").text


def test_issues_and_comments_are_shown(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        client.post(f"{HOME}/issues", json={"title": "Add alerts", "body": "## Why\n\nBecause.", "labels": ["P1"]})
        client.post(f"{HOME}/issues/1/comments", json={"body": "Still open"})
        client.post(f"{HOME}/issues", json={"title": "Closed one"})
        client.patch(f"{HOME}/issues/2", json={"state": "closed"})
    shown = page(sandbox, "/acme/shop/issues")
    assert "Add alerts" in shown.words
    assert "Closed one" not in shown.words
    assert "Closed one" in page(sandbox, "/acme/shop/issues?state=closed").words
    issue = page(sandbox, "/acme/shop/issues/1")
    assert "Why" in issue.words
    assert "Still open" in issue.words
    assert "P1" in issue.words


def test_every_link_of_every_page_leads_somewhere(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change")
    judge(sandbox, conclusion="failure", output=verdict())
    with client_of(sandbox) as client:
        client.post(f"{HOME}/issues", json={"title": "T"})
    seen, waiting = set(), ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = get(sandbox, path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            links = [link.partition("#")[0] for link in Page(answer.text).links if "/rerequest" not in link]
            waiting += [f"{path.partition('?')[0]}{link}" if link.startswith("?") else link for link in links]
    assert len(seen) >= 10
    assert all(path.startswith("/") for path in seen)


def test_nothing_written_by_strangers_acts_in_a_page(sandbox: Sandbox) -> None:
    sandbox.commit(REPOSITORY, {"evil<b>.py": f"x = {EVIL}\n"}, branch="change", message=EVIL)
    number = sandbox.open_pull_request(REPOSITORY, "main", "change", title=EVIL, body=EVIL)
    output = {
        "title": EVIL,
        "summary": EVIL,
        "text": EVIL,
        "annotations": [
            {
                "path": path,
                "start_line": 1,
                "end_line": 1,
                "annotation_level": "warning",
                "message": EVIL,
                "title": EVIL,
                "raw_details": EVIL,
            }
            for path in ("evil<b>.py", f"nowhere/{EVIL}", "lone\ud800surrogate", "../../etc/passwd")
        ],
    }
    actions = [{"label": EVIL[:20], "description": EVIL[:40], "identifier": EVIL[:20]}]
    run = judge(sandbox, conclusion="failure", output=output, details_url="javascript:alert(1)", actions=actions)
    with client_of(sandbox) as client:
        issue = client.post(f"{HOME}/issues", json={"title": EVIL, "body": EVIL, "labels": [EVIL]}).json()["number"]
        client.post(f"{HOME}/issues/{issue}/comments", json={"body": EVIL})
    sandbox.send("ping", {"action": EVIL})
    sha = sandbox.pull_request(REPOSITORY, number).head_sha
    places = ["", f"/pull/{number}", f"/runs/{run}", f"/commit/{sha}", "/issues", f"/issues/{issue}"]
    places += [f"/blob/{sha}/evil%3Cb%3E.py"]
    for path in ["/", f"/deliveries/{sandbox.deliveries[-1].id}", *(f"/acme/shop{place}" for place in places)]:
        shown = page(sandbox, path)
        assert not FORBIDDEN_TAGS & set(shown.tags), path
        assert shown.handlers == [], path
        assert not [link for link in shown.links if re.match(r"\s*(javascript|data|//|https?://(?!127))", link)], path
        assert "alert(1)" in shown.words, path


def test_the_policy_header_allows_no_script_and_no_other_host(sandbox: Sandbox) -> None:
    policy = get(sandbox, "/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "url(" not in get(sandbox, "/sandbox.css").text


def test_the_re_run_button_sends_the_webhook_but_not_for_other_sites(sandbox: Sandbox) -> None:
    run = judge(sandbox, conclusion="failure", output=verdict())
    url = f"{sandbox.url}/acme/shop/runs/{run}/rerequest"
    with Receiver() as receiver:
        sandbox.webhook_url = receiver.url
        for origin in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
            assert httpx.post(url, headers=origin, trust_env=False).status_code == 403
        answer = httpx.post(url, headers={"Origin": sandbox.url}, trust_env=False)
        assert answer.status_code == 303
        assert sandbox.settle()
    assert receiver.events() == ["check_run"]


def test_the_apps_own_buttons_can_be_pressed(sandbox: Sandbox) -> None:
    action = {"label": "Again", "description": "Judge again", "identifier": "re check&"}
    run = judge(sandbox, conclusion="failure", actions=[action], output=verdict())
    shown = page(sandbox, f"/acme/shop/runs/{run}")
    link = next(link for link in shown.links if "/press" in link)
    with Receiver() as receiver:
        sandbox.webhook_url = receiver.url
        answer = httpx.post(sandbox.url + link, headers={"Origin": sandbox.url}, trust_env=False)
        assert answer.status_code == 303
        assert httpx.post(f"{sandbox.url}{link}x", headers={"Origin": sandbox.url}, trust_env=False).status_code == 404
        assert sandbox.settle()
    payloads = [json.loads(body) for _, body in receiver.seen]
    assert [payload["requested_action"]["identifier"] for payload in payloads] == ["re check&"]


@pytest.mark.parametrize(
    "path",
    [
        "/acme/none",
        "/acme/shop/pull/9",
        "/acme/shop/issues/9",
        "/acme/shop/runs/9",
        "/acme/shop/commit/zz",
        "/deliveries/9",
    ],
)
def test_what_is_not_there_is_404(sandbox: Sandbox, path: str) -> None:
    assert get(sandbox, path).status_code == 404


def test_code_lines_are_cut_to_what_can_be_read(sandbox: Sandbox) -> None:
    long = "\n".join(f"line {number} " + "x" * 5000 for number in range(1, 200))
    sandbox.commit(REPOSITORY, {"long.txt": long, "data.bin": b"\0" * 50}, branch="change")
    notes = [verdict(path="long.txt", start_line=100, end_line=150), verdict(path="data.bin", start_line=1, end_line=1)]
    annotations = [note for output in notes for note in output["annotations"]]  # type: ignore[attr-defined]
    run = judge(sandbox, conclusion="failure", output={"title": "T", "summary": "S", "annotations": annotations})
    shown = get(sandbox, f"/acme/shop/runs/{run}").text
    numbers = re.findall(r'class="number">(\d+)<', shown)
    assert numbers == [str(number) for number in range(98, 110)]
    assert "x" * 401 not in shown

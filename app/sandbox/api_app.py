"""REST operations about the App itself: installation, tokens, deliveries."""

from typing import Any

from app.sandbox import shapes, webhooks
from app.sandbox.hub import INSTALLATION_ID
from app.sandbox.operations import Answer, Call, Operation, listing
from app.sandbox.permissions import narrow
from app.sandbox.refusals import Refused, not_found
from app.sandbox.state import Json
from app.sandbox.webhooks import Delivery


def _show_app(call: Call) -> Answer:
    return Answer(call.hub.app() | {"installations_count": 1})


def _list_installations(call: Call) -> Answer:
    return listing(call, [call.hub.installation()])


def _show_installation(call: Call) -> Answer:
    if call.values.get("installation", INSTALLATION_ID) != INSTALLATION_ID:
        raise not_found()
    return Answer(call.hub.installation())


def _find_installation(call: Call) -> Answer:
    owner, name = str(call.values["owner"]).lower(), call.values.get("repo")
    every = call.hub.world.repositories
    known = any(full.startswith(f"{owner}/") for full in every) if name is None else f"{owner}/{name}".lower() in every
    if not known:
        raise not_found()
    return Answer(call.hub.installation())


def _create_token(call: Call) -> Answer:
    if call.values["installation"] != INSTALLATION_ID:
        raise not_found()
    if call.hub.suspended:
        raise Refused(403, "This installation has been suspended")
    asked: dict[str, Any] = call.sent if isinstance(call.sent, dict) else {}
    chosen = _chosen_repositories(call, asked)
    permissions = narrow(call.hub.grant.permissions, asked.get("permissions"))
    token = call.hub.credentials.mint(permissions, chosen)
    shown: Json = {
        "token": token.text,
        "expires_at": token.expires_at(),
        "permissions": permissions,
        "repository_selection": "all" if chosen is None else "selected",
    }
    if chosen is not None:
        every = call.hub.world.repositories.values()
        shown["repositories"] = [shapes.repository(home, call.hub.links) for home in every if home.id in chosen]
    return Answer(shown, status=201)


def _chosen_repositories(call: Call, asked: dict[str, Any]) -> frozenset[int] | None:
    if not asked.get("repositories") and not asked.get("repository_ids"):
        return None
    every = list(call.hub.world.repositories.values())
    by_name = {home.name.lower(): home.id for home in every}
    wanted = [by_name.get(str(name).lower()) for name in asked.get("repositories") or ()]
    wanted += [
        number if any(home.id == number for home in every) else None for number in asked.get("repository_ids") or ()
    ]
    if None in wanted:
        raise Refused(
            422, "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
    return frozenset(number for number in wanted if number is not None)


def _revoke_token(call: Call) -> Answer:
    if call.token is not None:
        call.hub.credentials.revoke(call.token.text)
    return Answer(status=204)


def _list_repositories(call: Call) -> Answer:
    shown = [shapes.repository(home, call.hub.links) for home in call.visible()]
    answer = listing(call, shown, "repositories")
    everything = call.token is None or call.token.repositories is None
    answer.body["repository_selection"] = "all" if everything else "selected"
    return answer


def _list_deliveries(call: Call) -> Answer:
    """Newest first; the cursor is the id of the last delivery of the page before."""
    size = min(100, max(1, call.number("per_page", 30)))
    cursor = call.number("cursor", 0)
    older = [delivery for delivery in reversed(call.hub.hooks.log) if not cursor or delivery.id < cursor]
    if call.query.get("status") in ("success", "failure"):
        older = [delivery for delivery in older if delivery.ok == (call.query["status"] == "success")]
    page = older[:size]
    headers = {}
    if len(older) > size:
        headers["Link"] = f'<{call.hub.links.page}{call.path}?per_page={size}&cursor={page[-1].id}>; rel="next"'
    return Answer([webhooks.shape(delivery, INSTALLATION_ID) for delivery in page], headers=headers)


def _delivery(call: Call) -> Delivery:
    found = call.hub.hooks.find(call.values["delivery"])
    if found is None:
        raise not_found()
    return found


def _show_delivery(call: Call) -> Answer:
    shown = webhooks.shape(_delivery(call), INSTALLATION_ID, full=True)
    return Answer(shown | {"url": call.hub.hooks.url or ""})


def _redeliver(call: Call) -> Answer:
    past = _delivery(call)
    call.hub.hooks.emit(past.event, past.payload, guid=past.guid)
    return Answer({}, status=202)


def _show_hook(call: Call) -> Answer:
    return Answer({"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": call.hub.hooks.url or ""})


def _show_limits(call: Call) -> Answer:
    window = {"limit": 5000, "remaining": 5000, "reset": 0, "used": 0}
    return Answer({"resources": {"core": window, "search": window | {"limit": 30}}, "rate": window})


OPERATIONS = (
    Operation("GET", "/app", _show_app, who="app"),
    Operation("GET", "/app/installations", _list_installations, who="app"),
    Operation("GET", "/app/installations/{installation:int}", _show_installation, who="app"),
    Operation("POST", "/app/installations/{installation:int}/access_tokens", _create_token, who="app"),
    Operation("GET", "/app/hook/config", _show_hook, who="app"),
    Operation("GET", "/app/hook/deliveries", _list_deliveries, who="app"),
    Operation("GET", "/app/hook/deliveries/{delivery:int}", _show_delivery, who="app"),
    Operation("POST", "/app/hook/deliveries/{delivery:int}/attempts", _redeliver, who="app"),
    Operation("GET", "/repos/{owner}/{repo}/installation", _find_installation, who="app"),
    Operation("GET", "/orgs/{owner}/installation", _find_installation, who="app"),
    Operation("GET", "/users/{owner}/installation", _find_installation, who="app"),
    Operation("GET", "/installation/repositories", _list_repositories),
    Operation("DELETE", "/installation/token", _revoke_token),
    Operation("GET", "/rate_limit", _show_limits),
)

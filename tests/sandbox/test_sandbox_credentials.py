"""App JWTs and installation tokens."""

import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sandbox_world import REPOSITORY, app_client, app_jwt, client_of, token_of

from app.sandbox.sandbox import Sandbox


def get(sandbox: Sandbox, path: str, credential: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {credential}", "User-Agent": "tests"}
    return httpx.get(sandbox.api_url + path, headers=headers, trust_env=False)


def test_a_fresh_jwt_is_the_app(sandbox: Sandbox) -> None:
    answer = get(sandbox, "/app", app_jwt(sandbox))
    assert answer.status_code == 200
    assert answer.json()["id"] == sandbox.app_id
    assert answer.json()["permissions"]["checks"] == "write"


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": -5}, "exp"),
        ({"exp": 3600}, "too far in the future"),
        ({"iat": 600, "exp": 500}, "iat"),
        ({"iss": "12"}, "iss"),
    ],
)
def test_a_jwt_with_wrong_claims_is_401(sandbox: Sandbox, claims: dict[str, object], words: str) -> None:
    """Times are seconds from now; the parameters themselves are made long before the test runs."""
    now = int(time.time())
    claims = {name: now + value if isinstance(value, int) else value for name, value in claims.items()}
    answer = get(sandbox, "/app", app_jwt(sandbox, **claims))
    assert answer.status_code == 401
    assert words in answer.json()["message"]


def test_a_jwt_signed_by_another_key_or_method_is_401(sandbox: Sandbox) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"iat": int(time.time()), "exp": int(time.time()) + 60, "iss": str(sandbox.app_id)}
    for forged in (
        jwt.encode(claims, other, "RS256"),
        jwt.encode(claims, "k" * 40, "HS256"),
        jwt.encode(claims, "", "none"),
    ):
        answer = get(sandbox, "/app", forged)
        assert (answer.status_code, answer.json()["message"]) == (401, "A JSON web token could not be decoded")


def test_tokens_have_the_long_dotted_form_and_an_end(sandbox: Sandbox) -> None:
    token = token_of(sandbox)
    assert token["token"].startswith(f"ghs_{sandbox.app_id}_")
    assert token["token"].count(".") == 2
    assert len(token["token"]) > 400
    assert token["repository_selection"] == "all"
    assert token["expires_at"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def test_tokens_can_be_narrowed_but_not_widened(sandbox: Sandbox) -> None:
    other = sandbox.add_repository("acme/other", private=True)
    home = sandbox.repository(REPOSITORY)
    token = token_of(sandbox, repository_ids=[home.id], permissions={"contents": "read"})
    assert token["permissions"] == {"metadata": "read", "contents": "read"}
    assert [found["id"] for found in token["repositories"]] == [home.id]
    path = f"/app/installations/{sandbox.installation_id}/access_tokens"
    with app_client(sandbox) as client:
        assert client.post(path, json={"permissions": {"contents": "write"}}).status_code == 422
        assert client.post(path, json={"permissions": {"administration": "read"}}).status_code == 422
        assert client.post(path, json={"repository_ids": [home.id, 12]}).status_code == 422
        assert client.post(path, json={"repositories": ["nothing"]}).status_code == 422
        assert client.post("/app/installations/1/access_tokens").status_code == 404
    with client_of(sandbox, repository_ids=[home.id]) as client:
        assert client.get(f"/repos/{other.full_name}").status_code == 404
        assert [found["id"] for found in client.get("/installation/repositories").json()["repositories"]] == [home.id]


def test_expired_and_revoked_tokens_are_401(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(sandbox) as client:
        assert client.get(f"/repos/{REPOSITORY}").status_code == 200
        real = time.time()
        monkeypatch.setattr(time, "time", lambda: real + 3601)
        assert client.get(f"/repos/{REPOSITORY}").json()["message"] == "Bad credentials"
        monkeypatch.undo()
        sandbox.revoke_tokens()
        assert client.get(f"/repos/{REPOSITORY}").status_code == 401


def test_a_token_can_revoke_itself(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        assert client.delete("/installation/token").status_code == 204
        assert client.get("/installation/repositories").status_code == 401


def test_each_credential_only_opens_its_own_doors(sandbox: Sandbox) -> None:
    assert get(sandbox, f"/repos/{REPOSITORY}", app_jwt(sandbox)).status_code == 403
    assert get(sandbox, "/app", token_of(sandbox)["token"]).status_code == 401
    assert httpx.get(f"{sandbox.api_url}/app", trust_env=False).status_code == 401


def test_a_suspended_installation_gets_no_token(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client, app_client(sandbox) as app:
        sandbox.suspend()
        assert client.get(f"/repos/{REPOSITORY}").status_code == 403
        path = f"/app/installations/{sandbox.installation_id}"
        assert app.post(f"{path}/access_tokens").status_code == 403
        assert app.get(path).json()["suspended_at"]
        sandbox.suspend(on=False)
        assert app.post(f"{path}/access_tokens").status_code == 201


def test_the_installation_is_found_by_repository_and_owner(sandbox: Sandbox) -> None:
    with app_client(sandbox) as client:
        for path in (f"/repos/{REPOSITORY}/installation", "/orgs/acme/installation", "/users/acme/installation"):
            assert client.get(path).json()["id"] == sandbox.installation_id
        assert client.get("/repos/acme/nothing/installation").status_code == 404
        assert client.get("/orgs/nobody/installation").status_code == 404
        assert len(client.get("/app/installations").json()) == 1

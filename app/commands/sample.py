"""The sample service of the demo: a repository made on the spot whose pull request breaks three rules."""

import secrets
import string
import zlib
from pathlib import Path

from app.sandbox.git_command import run_git

BASE_BRANCH = "main"
HEAD_BRANCH = "faster-checkout"
TITLE = "Make the checkout faster"

_SERVICE = '''"""The shop's HTTP service."""

import json
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"time": record.created, "level": record.levelname, "message": record.getMessage()})


handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(JsonFormatter())
logging.basicConfig(level=logging.INFO, handlers=[handler])
log = logging.getLogger("shop")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    log.info("starting")
    yield
    log.info("draining and stopping")


app = FastAPI(lifespan=lifespan)

HEALTH
@app.get("/prices/{product}")
async def price(product: str) -> dict[str, str | int]:
    return {"product": product, "cents": 100 * len(product)}
'''
_HEALTH = """
@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}

"""
_DOCKERFILE = """FROM python:3.12.8-slim AS build
WORKDIR /build
COPY requirements.txt .
RUN pip install --no-cache-dir --prefix=/install -r requirements.txt

FROM python:3.12.8-slim
COPY --from=build /install /usr/local
COPY shop /srv/shop
WORKDIR /srv
RUN useradd --uid 10001 --no-create-home shop
USER 10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz')"]
CMD ["uvicorn", "shop.main:app", "--host", "0.0.0.0", "--port", "8080"]
"""
_DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: {app: shop}
spec:
  replicas: 2
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      terminationGracePeriodSeconds: 30
      securityContext:
        runAsNonRoot: true
      containers:
        - name: shop
          image: registry.example.com/shop:1.4.0
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet: {path: /healthz, port: 8080}
          livenessProbe:
            httpGet: {path: /healthz, port: 8080}
          resources:
            requests: {cpu: 100m, memory: 128Mi}
            limits: {memory: 256Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {app: shop}
  ports:
    - port: 80
      targetPort: 8080
"""
_WORKFLOW = """name: ci
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install -r requirements.txt pytest httpx
      - run: pytest
"""
_RUNBOOK = """# Runbook: rolling back the shop

1. Find the last good image: `kubectl rollout history deployment/shop`.
2. Go back to it: `kubectl rollout undo deployment/shop`.
3. Watch it: `kubectl rollout status deployment/shop`, then ask `/healthz`.
4. Tell #shop-on-call what was rolled back and why.
"""
_STATUS = """# Production readiness

| Item | Priority | Status |
|---|---|---|
| Health endpoint | P0 | Implemented |
| Non-root container | P0 | Implemented |
| Alert rules | P1 | Planned |
| Grafana dashboard for the checkout | P2 | Planned |
"""
_README = """# Shop

A small service that answers prices. `uvicorn shop.main:app` runs it; `docs/` says how it is run in production.
"""
_TEST = '''"""Tests of the prices."""

from fastapi.testclient import TestClient

from shop.main import app


def test_price() -> None:
    assert TestClient(app).get("/prices/tea").json()["cents"] == 300
'''
_CLIENT = '''"""Talks to the price list that another team keeps in a private repository."""

PRICES = "https://api.github.com/repos/example-shop/prices/contents/prices.json"
TOKEN = "{token}"


def headers() -> dict[str, str]:
    return {{"Authorization": f"Bearer {{TOKEN}}"}}
'''


def make_sample(folder: Path) -> None:
    """Make the repository: a service on main, and a branch that breaks three rules."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--template=", f"--initial-branch={BASE_BRANCH}")
    _commit(folder, _ready_files(), "A price service")
    _git(folder, "checkout", "--quiet", "-b", HEAD_BRANCH)
    _commit(folder, _broken_files(), TITLE)


def _ready_files() -> dict[str, str]:
    return {
        "shop/__init__.py": "",
        "shop/main.py": _SERVICE.replace("HEALTH\n", _HEALTH),
        "tests/test_price.py": _TEST,
        "requirements.txt": "fastapi==0.115.6\nuvicorn==0.34.0\n",
        "Dockerfile": _DOCKERFILE,
        ".dockerignore": ".git\ntests\ndocs\n",
        "k8s/shop.yaml": _DEPLOYMENT,
        ".github/workflows/ci.yml": _WORKFLOW,
        "docs/runbooks/rollback.md": _RUNBOOK,
        "docs/production-readiness.md": _STATUS,
        "README.md": _README,
    }


def _broken_files() -> dict[str, str]:
    """The health route goes, the container runs as root, and a token is committed."""
    return {
        "shop/main.py": _SERVICE.replace("HEALTH\n", "\n"),
        "shop/prices.py": _CLIENT.format(token=_made_up_token()),
        "Dockerfile": _DOCKERFILE.replace("USER 10001", "USER root"),
        "k8s/shop.yaml": _DEPLOYMENT.replace("runAsNonRoot: true", "runAsNonRoot: false"),
    }


def _made_up_token() -> str:
    """A text in the shape of a GitHub token, with a checksum that fits; it was never issued and opens nothing."""
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    body = "".join(secrets.choice(digits) for _ in range(30))
    rest, check = zlib.crc32(body.encode()), ""
    while rest:
        rest, digit = divmod(rest, len(digits))
        check = digits[digit] + check
    return "ghp" + "_" + body + check.rjust(6, "0")


def _commit(folder: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--no-verify", "--message", message)


def _git(folder: Path, *arguments: str) -> None:
    run_git("-C", str(folder), *arguments)

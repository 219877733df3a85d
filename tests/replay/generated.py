"""A repository of a small shop with twenty commits such as people make, the same at every run."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

KEY = "glp" + "at-" + "k7Qm2Xw9Rt4Ls8" + "Vb3Nz6"
Files = Mapping[str, bytes | None]
_WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "ann"), ("EMAIL", "ann@example.com"), ("DATE", "2026-01-01T00:00:00Z"))
}
_CLEAN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

SERVER = b"const app = express();\napp.get('/health', (q, a) => a.json({ok: true}));\napp.listen(3000);\n"
DEPLOYMENT = b"""apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
      - {name: shop, image: "acme/shop:1.2.3", livenessProbe: {httpGet: {path: /health, port: 3000}}}
"""
TEMPLATE = DEPLOYMENT.replace(b"name: shop}", b"name: {{ .Release.Name }}}", 1)
HPA = b"""{{- if .Values.autoscaling.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: {{ include "shop.name" . }}}
spec: {minReplicas: 2, maxReplicas: 5}
{{- end }}
"""
WORKFLOW = b"on: [push]\njobs:\n  test:\n    steps:\n    - uses: actions/checkout@v4\n    - run: npm test\n"
RUNBOOK = b"# Runbook\n\n## Roll back\n\n1. Stop the release\n2. Deploy the last one\n3. Look at the dashboard\n"
START: Files = {
    "package.json": b'{"name": "shop", "dependencies": {"express": "^4.19.0", "winston": "^3.0.0"}}\n',
    "src/server.js": SERVER,
    "Dockerfile": b"FROM node:20.1\nUSER node\nHEALTHCHECK CMD curl localhost\n",
    "services/worker/pyproject.toml": b'[project]\nname = "worker"\ndependencies = ["celery>=5", "sentry-sdk"]\n',
    "services/worker/app.py": b"import logging\n\n\ndef run():\n    logging.info('run')\n",
    "k8s/deployment.yaml": DEPLOYMENT,
    "chart/templates/deployment.yaml": TEMPLATE,
    "chart/templates/hpa.yaml": HPA,
    "chart/Chart.yaml": b"apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": b"autoscaling: {enabled: false}\n",
    ".github/workflows/ci.yml": WORKFLOW,
    "docs/runbook.md": RUNBOOK,
    "README.md": b"# Shop\n",
    "LICENSE": b"Apache License\nVersion 2.0, January 2004\n",
    "TODO.md": b"# Todo\n\n- [ ] rate limiting\n- [x] health endpoint\n",
    "logo.png": b"\x89PNG\0\1\2",
    "package-lock.json": b'{"lockfileVersion": 3}\n' * 500,
}


class Shop:
    """The repository at `path`, written commit by commit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        environment = {**os.environ, **_WHO, **_CLEAN}
        done = subprocess.run(["git", *arguments], cwd=self.path, capture_output=True, check=True, env=environment)
        return done.stdout.decode().strip()

    def commit(self, files: Files) -> str:
        for name, content in files.items():
            path = self.path / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def merge(self, *steps: Files) -> str:
        """The steps on a branch of their own, merged."""
        self.git("checkout", "--quiet", "-b", "side")
        for files in steps:
            self.commit(files)
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "merge", "side")
        self.git("branch", "--delete", "--force", "side")
        return self.git("rev-parse", "HEAD")


def write_history(path: Path) -> Shop:
    """The shop with one commit to start from and twenty on top of it, by first parents."""
    shop = Shop(path)
    shop.commit(START)
    for step in _steps():
        shop.merge(*step) if isinstance(step, tuple) else shop.commit(step)
    return shop


def _steps() -> Iterator[Files | tuple[Files, ...]]:
    leak = f'token = "{KEY}"\n'.encode()
    yield {"src/server.js": SERVER + b"process.on('SIGTERM', () => server.close());\n"}
    yield {"README.md": b"# Shop\n\nSells things.\n", "chart/values.yaml": b"autoscaling: {enabled: true}\n"}
    # A key that came and went: only the commits in between hold it.
    yield {"config.ini": leak}, {"config.ini": None, "src/config.js": b"export const port = 3000;\n"}
    # The same text at other places, where it means something else: a template, a test, another name.
    yield {"k8s/copy.yaml": TEMPLATE, "chart/Templates/other.yaml": TEMPLATE, "test/server.js": SERVER}
    yield {"k8s/copy.yaml": None, "chart/templates/copy.yaml": TEMPLATE}
    yield {"src/server.js": SERVER, "chart/templates/_names.tpl": b'{{ define "shop.name" }}shop{{ end }}'}
    yield {"src/server.js": None, "src/main.js": SERVER}
    yield {}
    yield {"docs/runbook.md": RUNBOOK.replace(b"\n", b"\r\n")}, {"docs/runbook.md": RUNBOOK + b"4. Tell people\n"}
    yield {"services/worker/Dockerfile": b"FROM python:3.12\nCMD python app.py\n"}
    yield {"services/worker/Dockerfile": b'FROM python:3.12\nUSER worker\nCMD ["python", "app.py"]\n'}
    yield {"k8s/broken.yaml": DEPLOYMENT + b"x: [\n", "k8s/\xc3\xa9.yaml".encode("latin-1").decode("utf-8"): DEPLOYMENT}
    yield {"k8s/broken.yaml": None, ".github/workflows/ci.yml": WORKFLOW + b"    - run: npm audit\n"}
    yield {f"migrations/{number:03}.sql": b"ALTER TABLE a ADD COLUMN b%d int;\n" % number for number in range(30)}
    yield {".github/rules.yml": b"version: 1\nrules: {license: block}\n"}
    yield {"config.ini": leak, "chart/values-prod.yaml": b"autoscaling: {enabled: false}\n"}
    yield {"config.ini": None, "settings.ini": leak}
    yield {"settings.ini": None, "old.yaml": DEPLOYMENT}, {"old.yaml": None}, {"deep/er/old.yaml": DEPLOYMENT}
    yield {"package.json": b'{"name": "shop", "dependencies": {"express": "^5.0.0", "helmet": "^7.0.0"}}\n'}
    yield {"README.md": b"# Shop\n", "TODO.md": b"# Todo\n\n- [x] rate limiting\n- [ ] autoscaling\n"}

"""The child process: its settings, its readiness, its end."""

import os
import sys
import time
from pathlib import Path

import pytest

from app.commands.child import Child
from app.errors import ReadygateError

READY = (
    "import os, http.server as h\n"
    "class A(h.BaseHTTPRequestHandler):\n"
    "    def do_GET(self): self.send_response(int(os.environ['READYGATE_STATUS'])); self.end_headers()\n"
    "print('listening', flush=True)\n"
    "h.HTTPServer(('127.0.0.1', int(os.environ['READYGATE_PORT'])), A).serve_forever()\n"
)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_a_ready_app_is_waited_for_and_stopped(tmp_path: Path) -> None:
    with Child(tmp_path / "app", {"STATUS": "200"}, python(READY)) as child:
        child.wait_ready()
        assert child.alive
    assert not child.alive


def test_an_app_that_dies_is_explained_with_its_last_lines(tmp_path: Path) -> None:
    code = "print('first'); raise SystemExit('no database')"
    with (
        Child(tmp_path / "app", {}, python(code)) as child,
        pytest.raises(ReadygateError, match=r"ended while it was starting\n.*\n  first\n  no database"),
    ):
        child.wait_ready()


def test_an_app_that_is_never_ready_is_explained(tmp_path: Path) -> None:
    with (
        Child(tmp_path / "app", {"STATUS": "503"}, python(READY)) as child,
        pytest.raises(ReadygateError, match=r"not ready within 1 seconds .*503"),
    ):
        child.wait_ready(1.0)


def test_the_child_gets_its_own_settings_and_folder_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READYGATE_DATABASE_URL", "postgresql://production")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector")
    code = "import os; print({k: v for k, v in os.environ.items() if k[:5] in ('READY', 'OTEL_')}, os.getcwd())"
    child = Child(tmp_path / "app", {"LOG_FORMAT": "json"}, python(code))
    with child:
        wait_until_ended(child)
    said = str(child.failure("x"))
    assert "postgresql" not in said
    assert "collector" not in said
    assert "'READYGATE_LOG_FORMAT': 'json'" in said
    assert f"'READYGATE_PORT': '{child.port}'" in said
    assert said.endswith(str(tmp_path / "app"))


def test_what_the_app_started_ends_with_it(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys, time\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('pid', 'w').write(str(grandchild.pid)); os.rename('pid', 'pid.txt')\n"
        "time.sleep(60)\n"
    )
    place = tmp_path / "app" / "pid.txt"
    with Child(tmp_path / "app", {}, python(code)):
        end = time.monotonic() + 10
        while not place.exists() and time.monotonic() < end:
            time.sleep(0.02)
        pid = int(place.read_text())
    end = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(pid)


def wait_until_ended(child: Child) -> None:
    end = time.monotonic() + 10
    while child.alive and time.monotonic() < end:
        time.sleep(0.02)
    assert not child.alive


def is_running(pid: int) -> bool:
    """Whether a process is there and not just waiting to be reaped by the init of this machine."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False

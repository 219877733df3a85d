"""The image's start command, run here as the image would run it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ROOT = Path(__file__).resolve().parents[2]


def start_command() -> list[str]:
    (line,) = [line for line in (ROOT / "deploy" / "Dockerfile").read_text().splitlines() if line.startswith("CMD ")]
    command: list[str] = json.loads(line.removeprefix("CMD "))
    return [str(Path(sys.executable).with_name(command[0])), *command[1:]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def health(port: int) -> dict[str, object] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            found: dict[str, object] = json.load(answer)
            return found
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


@pytest.mark.slow
def test_the_start_command_of_the_image_serves_and_ends_on_sigterm(tmp_path: Path) -> None:
    port = free_port()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    environment = {
        "PATH": os.environ["PATH"],
        "READYGATE_GITHUB_APP_ID": "1",
        "READYGATE_GITHUB_PRIVATE_KEY": pem.decode(),
        "READYGATE_GITHUB_WEBHOOK_SECRET": "test",
        "READYGATE_GITHUB_API_URL": "http://127.0.0.1:9",
        "READYGATE_DATA_DIR": str(tmp_path / "data"),
        "READYGATE_PORT": str(port),
    }
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(start_command(), env=environment, cwd=tmp_path, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 30
        while (found := health(port)) is None and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert found is not None, log.read_text()
        assert found["status"] == "ok"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, log.read_text()
    finally:
        process.kill()


def test_a_server_without_settings_says_which_are_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        start_command(), env={"PATH": os.environ["PATH"]}, cwd=tmp_path, capture_output=True, timeout=30, check=False
    )
    said = done.stderr.decode()
    assert done.returncode == 2
    assert "READYGATE_GITHUB_APP_ID" in said
    assert "Traceback" not in said

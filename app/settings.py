"""Every setting, read from environment variables with the prefix READYGATE_ and from a `.env` file."""

from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import InvalidInput

GITHUB_API = "https://api.github.com"
GITHUB_GIT = "https://github.com"


class Settings(BaseSettings):
    """The settings of one process; each field is documented in the README under its variable's name."""

    model_config = SettingsConfigDict(env_prefix="READYGATE_", env_file=".env", extra="ignore", env_ignore_empty=True)

    github_app_id: str = Field(default="", description="The App's id, as its settings page shows it.")
    github_private_key: SecretStr = Field(
        default=SecretStr(""), description="The App's private key: PEM text or a path."
    )
    github_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="The webhook secret; several, comma separated, while it is being changed."
    )
    github_client_id: str = Field(default="", description="The App's OAuth client id, for the login of the dashboard.")
    github_client_secret: SecretStr = Field(default=SecretStr(""), description="The App's OAuth client secret.")
    github_api_url: str = Field(
        default=GITHUB_API, description="GitHub's REST API; `https://HOST/api/v3` for Enterprise."
    )
    github_git_url: str = Field(
        default="", description="Where repositories are fetched from; derived from the API URL."
    )
    database_url: str = Field(
        default="", description="`postgresql://…` or `sqlite:///…`; SQLite in the data folder if empty."
    )
    redis_url: str = Field(default="", description="`redis://…`; an embedded queue if empty.")
    data_dir: Path = Field(default=Path("data"), description="Where mirrors, caches and the SQLite database live.")
    host: str = Field(default="127.0.0.1", description="The address the HTTP server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port the HTTP server listens on.")
    worker_port: int = Field(
        default=0, ge=0, le=65535, description="Where `readygate worker` answers /health and /metrics; 0: nowhere."
    )
    log_format: Literal["json", "text"] = Field(default="json", description="`json`, one object a line, or `text`.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least level logged."
    )
    evaluators: int = Field(default=2, ge=1, le=64, description="Evaluation processes of one worker.")
    evaluation_seconds: int = Field(default=120, ge=5, le=3600, description="After so long an evaluation is killed.")
    evaluation_memory_mb: int = Field(default=2048, ge=256, description="The address space of one evaluation process.")
    audits: int = Field(
        default=1, ge=0, le=64, description="Default branches audited for the first time at once, over all workers."
    )
    mirror_quota_mb: int = Field(
        default=20_480, ge=0, description="The most disk the mirrors of one data folder take; 0: no quota."
    )
    lease_seconds: float = Field(
        default=60.0,
        ge=2,
        description="A silent worker's work is taken over after so long; half is for GitHub's answer.",
    )
    settle_seconds: float = Field(
        default=10.0, ge=0, description="How long after a write with unknown outcome GitHub's lists are trusted."
    )

    def __init__(self, **values: Any) -> None:
        """Raises InvalidInput that names every wrong variable, and no value: it may be a secret."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            wrong = [f"READYGATE_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
            raise InvalidInput("; ".join(wrong), mend="README.md, Settings, says what each may be.") from None

    @field_validator("github_api_url", "github_git_url")
    @classmethod
    def _no_trailing_slash(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("an address starts with https:// or http://")
        return url.rstrip("/")

    @field_validator("redis_url")
    @classmethod
    def _known_queue(cls, url: str) -> str:
        if url and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("an address starts with redis://, rediss:// or unix://")
        return url

    @field_validator("github_app_id", "log_level", "log_format", mode="before")
    @classmethod
    def _as_people_write(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        return value.strip() if info.field_name == "github_app_id" else value.strip().lower()

    @cached_property
    def webhook_secrets(self) -> tuple[bytes, ...]:
        text = self.github_webhook_secret.get_secret_value()
        return tuple(part.strip().encode() for part in text.split(",") if part.strip())

    @cached_property
    def private_key(self) -> str:
        """The PEM text; raises InvalidInput when the setting names a file that cannot be read."""
        value = self.github_private_key.get_secret_value().replace("\\n", "\n")
        if "-----BEGIN" in value or not value:
            return value
        try:
            return Path(value).expanduser().read_text()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise InvalidInput(
                f"READYGATE_GITHUB_PRIVATE_KEY names a file that cannot be read: {reason}",
                mend="Give the PEM text itself or the path of the .pem file GitHub let you download.",
            ) from None

    @property
    def git_url(self) -> str:
        """The address before `/owner/name.git`; for Enterprise the API URL without `/api/v3`."""
        if self.github_git_url:
            return self.github_git_url
        if self.github_api_url == GITHUB_API:
            return GITHUB_GIT
        return self.github_api_url.removesuffix("/api/v3")

    @property
    def database(self) -> str:
        """An SQLAlchemy URL with an asynchronous driver."""
        url = self.database_url or f"sqlite:///{self.data_dir.resolve() / 'readygate.db'}"
        for short, full in _DRIVERS.items():
            if url.startswith(short):
                url = full + url.removeprefix(short)
                break
        # The parameter of PostgreSQL's own tools, as hosted databases give it, under the driver's name.
        return url.replace("sslmode=", "ssl=") if "+asyncpg://" in url else url

    def require_github(self) -> None:
        """Raises InvalidInput naming every missing setting without which the App cannot run."""
        missing = [
            name
            for name, value in (
                ("READYGATE_GITHUB_APP_ID", self.github_app_id),
                ("READYGATE_GITHUB_PRIVATE_KEY", self.private_key),
                ("READYGATE_GITHUB_WEBHOOK_SECRET", self.webhook_secrets),
            )
            if not value
        ]
        if missing:
            raise InvalidInput(
                f"not set: {', '.join(missing)}",
                mend="Set them in the environment or in .env; README.md, Settings, says where each is found. "
                "`readygate try` needs none of them.",
            )


_DRIVERS = {
    "sqlite://": "sqlite+aiosqlite://",
    "postgresql://": "postgresql+asyncpg://",
    "postgres://": "postgresql+asyncpg://",
}

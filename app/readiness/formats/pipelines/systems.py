"""Which CI system a file belongs to, and who reads it."""

from collections.abc import Callable

from app.readiness.formats.pipelines.appveyor import read_appveyor, read_codebuild
from app.readiness.formats.pipelines.azure import read_azure
from app.readiness.formats.pipelines.bitbucket import read_bitbucket
from app.readiness.formats.pipelines.buildkite import read_buildkite
from app.readiness.formats.pipelines.circleci import read_circleci
from app.readiness.formats.pipelines.cloudbuild import read_cloudbuild
from app.readiness.formats.pipelines.drone import read_drone, read_woodpecker
from app.readiness.formats.pipelines.github import read_github
from app.readiness.formats.pipelines.gitlab import read_gitlab
from app.readiness.formats.pipelines.jenkins import read_jenkins
from app.readiness.formats.pipelines.pipeline import Pipeline
from app.readiness.formats.pipelines.travis import read_travis
from app.readiness.formats.source import Source
from app.readiness.globs import glob_set

Reader = Callable[[Source], Pipeline]
READERS: tuple[tuple[str, Reader], ...] = (
    (".{github,gitea,forgejo}/workflows/*.{yml,yaml}", read_github),
    ("**/action.{yml,yaml}", read_github),
    ("{**/*.gitlab-ci.{yml,yaml},.{gitlab,gitlab-ci}/**/*.{yml,yaml}}", read_gitlab),
    (".circleci/**/*.{yml,yaml}", read_circleci),
    ("**/azure-pipeline*.{yml,yaml}", read_azure),
    ("{.azure,.azuredevops,.azure-pipelines,azure-pipelines,.pipelines,pipelines}/**/*.{yml,yaml}", read_azure),
    ("bitbucket-pipelines.{yml,yaml}", read_bitbucket),
    ("**/.drone.{yml,yaml}", read_drone),
    ("{.woodpecker.{yml,yaml},.woodpecker/**/*.{yml,yaml}}", read_woodpecker),
    (".travis.{yml,yaml}", read_travis),
    ("**/{cloudbuild*.{yml,yaml,json},cloudbuild/*.{yml,yaml}}", read_cloudbuild),
    (".buildkite/**/*.{yml,yaml}", read_buildkite),
    ("{.,}appveyor.{yml,yaml}", read_appveyor),
    ("**/buildspec*.{yml,yaml}", read_codebuild),
    ("**/{Jenkinsfile,Jenkinsfile[._-]*,*.Jenkinsfile}", read_jenkins),
)
GLOBS = tuple(glob for glob, _ in READERS)


def read_pipeline(source: Source) -> Pipeline:
    """What the file says, by the first reader its path belongs to; raises `Malformed`."""
    hits = glob_set(GLOBS).hits(source.path)
    return READERS[min(hits)][1](source) if hits else Pipeline("")

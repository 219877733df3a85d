"""Which reader reads which manifest."""

from collections.abc import Callable, Iterator

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.manifests.dependency import Dependency
from app.readiness.formats.manifests.environments import read_environment, read_setup_py
from app.readiness.formats.manifests.gemfile import read_gemfile
from app.readiness.formats.manifests.lines import read_go_mod, read_gradle, read_mix
from app.readiness.formats.manifests.python import read_pipfile, read_pyproject, read_requirements, read_setup_cfg
from app.readiness.formats.manifests.tables import (
    read_cargo,
    read_composer,
    read_deno,
    read_package_json,
    read_pnpm_workspace,
    read_version_catalogue,
)
from app.readiness.formats.manifests.xml import read_dotnet, read_pom
from app.readiness.formats.source import Source
from app.readiness.globs import matches_any

Reader = Callable[[Source], Iterator[Dependency]]
ECOSYSTEMS = ("npm", "pypi", "go", "crates", "maven", "gem", "composer", "nuget", "hex")
READERS: tuple[tuple[str, str, Reader], ...] = (
    ("npm", "**/package.json", read_package_json),
    ("npm", "**/pnpm-workspace.yaml", read_pnpm_workspace),
    ("npm", "**/{deno.{json,jsonc},jsr.json}", read_deno),
    ("pypi", "**/pyproject.toml", read_pyproject),
    ("pypi", "**/{*requirements*.{txt,in},requirements/*.{txt,in}}", read_requirements),
    ("pypi", "**/setup.cfg", read_setup_cfg),
    ("pypi", "**/setup.py", read_setup_py),
    ("pypi", "**/Pipfile", read_pipfile),
    ("pypi", "**/environment*.{yml,yaml}", read_environment),
    ("go", "**/go.mod", read_go_mod),
    ("crates", "**/Cargo.toml", read_cargo),
    ("maven", "**/pom.xml", read_pom),
    ("maven", "**/*.{gradle,gradle.kts}", read_gradle),
    ("maven", "**/*.versions.toml", read_version_catalogue),
    ("gem", "**/{Gemfile,gems.rb,*.gemspec}", read_gemfile),
    ("composer", "**/composer.json", read_composer),
    ("nuget", "**/{*.{csproj,fsproj,vbproj},{Directory.,}{Packages,Build}.props,packages.config}", read_dotnet),
    ("hex", "**/mix.exs", read_mix),
)
LIMIT = 20_000


def manifest_globs(ecosystems: frozenset[str]) -> tuple[str, ...]:
    return tuple(glob for ecosystem, glob, _ in READERS if ecosystem in ecosystems)


def dependencies(source: Source) -> tuple[Dependency, ...]:
    """What the manifest declares; raises `Malformed`."""
    for _, glob, read in READERS:
        if matches_any((glob,), source.path):
            found = []
            for dependency in read(source):
                found.append(dependency)
                if len(found) > LIMIT:
                    raise Malformed(f"more than {LIMIT} dependencies")
            return tuple(found)
    return ()

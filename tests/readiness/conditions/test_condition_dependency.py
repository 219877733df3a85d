import pytest
from asking import ask, judge, mistakes_in

PROJECT = '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup>%s</ItemGroup></Project>'
MANIFESTS = {
    "npm:@nestjs/core": ("package.json", '{"dependencies": {"@nestjs/core": "^10.1.0"}}'),
    "npm:jest": ("package.json", '{"devDependencies": {"jest": "29"}}'),
    "pypi:fastapi": ("pyproject.toml", "[project]\ndependencies = [\"FastAPI[all]>=0.115 ; os_name > '3'\"]\n"),
    "pypi:django-rest": ("requirements.txt", "# x\n-r base.txt\nDjango_Rest==4.2\n"),
    "pypi:uvicorn": ("requirements/prod.txt", "uvicorn\n"),
    "pypi:flask": ("pyproject.toml", '[tool.poetry.dependencies]\nflask = {version = "^3.0", extras = ["async"]}\n'),
    "pypi:pytest": ("pyproject.toml", '[dependency-groups]\ndev = ["pytest>=8"]\n'),
    "pypi:celery": ("setup.cfg", "[options]\ninstall_requires =\n    celery>=5\n"),
    "pypi:redis": ("Pipfile", '[packages]\nredis = "*"\n'),
    "go:github.com/go-chi/chi": ("go.mod", "module x\n\nrequire (\n\tgithub.com/go-chi/chi/v5 v5.0.1\n)\n"),
    "crates:axum": ("Cargo.toml", '[dependencies]\naxum = {version = "0.7"}\n'),
    "maven:org.postgresql:postgresql": (
        "pom.xml",
        "<project xmlns='http://maven.apache.org/POM/4.0.0'><dependencies><dependency><groupId>org.postgresql</groupId>"
        "<artifactId>postgresql</artifactId></dependency></dependencies></project>",
    ),
    "maven:io.quarkus:quarkus-rest": (
        "build.gradle.kts",
        'deps {\n  implementation("io.quarkus:quarkus-rest:3.1")\n}\n',
    ),
    "maven:org.flywaydb:flyway-core": (
        "gradle/libs.versions.toml",
        '[libraries]\nfly = {module = "org.flywaydb:flyway-core"}\n',
    ),
    "gem:rails": ("Gemfile", "source 'x'\ngem 'rails', '~> 7.1'\n"),
    "composer:laravel/framework": ("composer.json", '{"require": {"laravel/framework": "^11"}}'),
    "nuget:Npgsql": ("src/A.csproj", PROJECT % '<PackageReference Include="Npgsql" Version="8.0.1"/>'),
    "nuget:Microsoft.NET.Sdk.{Web,Worker}": ("src/A.csproj", PROJECT % ""),
    "hex:phoenix": ("mix.exs", 'defp deps do\n [{:phoenix, "~> 1.7"}]\nend\n'),
}


@pytest.mark.parametrize("package", MANIFESTS)
def test_every_ecosystem(package: str) -> None:
    path, text = MANIFESTS[package]
    assert ask({"dependency": package}, {path: text}) == "implemented"
    assert ask({"dependency": package + "-other"}, {"deep/" + path: text}) == "missing"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("npm:{koa,express}", "implemented"),
        ("npm:exp*", "implemented"),
        ("npm:express@>=4.17", "implemented"),
        ("npm:express@>=5", "missing"),
        ("npm:unversioned@>=1", "unknown"),
        ("npm:unversioned", "implemented"),
        ("npm:expres", "missing"),
        ("pypi:express", "missing"),
    ],
)
def test_names_and_versions(wanted: str, expected: str) -> None:
    text = '{"dependencies": {"express": "^4.18.2", "unversioned": "*"}}'
    assert ask({"dependency": [wanted]}, {"package.json": text}) == expected


def test_groups() -> None:
    files = {"package.json": '{"devDependencies": {"jest": "29"}}'}
    assert ask({"dependency": "npm:jest", "group": "development"}, files) == "implemented"
    assert ask({"dependency": "npm:jest", "group": "runtime"}, files) == "missing"


def test_indirect_go_modules_are_not_declared() -> None:
    text = "module x\nrequire github.com/lib/pq v1.10.0 // indirect\n"
    assert ask({"dependency": "go:github.com/lib/pq"}, {"go.mod": text}) == "missing"


def test_the_evidence_is_the_line_of_the_package() -> None:
    text = '{\n  "dependencies": {\n    "express": "4.18.2"\n  }\n}'
    result = judge({"implemented": {"dependency": "npm:express"}}, {"package.json": text})
    assert [(e.line, e.text) for e in result.evidence] == [(3, "express 4.18.2")]


BOMB = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><project>&d;</project>'


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pom.xml", BOMB),
        ("pom.xml", "<a>" * 50_000),
        ("pom.xml", "<project><dependencies>"),
        ("package.json", "[" * 100_000),
        ("package.json", "{"),
        ("package.json", '{"version": "\ud800"}'.encode("utf-8", "surrogatepass")),
        ("pyproject.toml", "a." * 200_000 + "a = 1"),
        ("pyproject.toml", "a = " + "[" * 100_000),
        ("setup.cfg", "no section\n"),
    ],
)
def test_manifests_that_cannot_be_read_are_unknown(path: str, text: str | bytes) -> None:
    ecosystem = {"pom.xml": "maven", "package.json": "npm"}.get(path, "pypi")
    expected = {"unknown", "missing"} if isinstance(text, bytes) else {"unknown"}
    assert ask({"dependency": f"{ecosystem}:x"}, {path: text}) in expected


@pytest.mark.parametrize("text", ['{"dependencies": []}', "[]", "null", '"x"', '{"dependencies": {"a": null, "b": 3}}'])
def test_manifests_of_another_shape_declare_nothing(text: str) -> None:
    assert ask({"dependency": "npm:x"}, {"package.json": text}) == "missing"


@pytest.mark.parametrize("package", ["left-pad", "cargo:x", "npm:", "npm:a@>=b", "npm:{a"])
def test_bad_packages_are_mistakes(package: str) -> None:
    assert any("bad package" in found for found in mistakes_in({"dependency": package}))

import pytest

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.manifests.reading import dependencies
from app.readiness.formats.source import Source

GEMFILE = """source 'https://rubygems.org'
gem 'rails', '~> 8.0'
group :development, :test do
  gem 'rspec-rails'
  if ENV['X'] do
    gem 'inner'
  end
end
group :production do
  gem 'pg'
end
platforms :ruby do
  gem 'bcrypt'
end
gem 'brakeman', group: :development
gem 'puma', groups: [:default, :test]
"""


def _read(path: str, text: str) -> list[tuple[str, str, bool]]:
    return [(one.name, one.version, one.is_development) for one in dependencies(Source(path, text.encode()))]


CASES: list[tuple[str, str, list[tuple[str, str, bool]]]] = [
    (
        "pnpm-workspace.yaml",
        "catalog: {vite: ^6.0}\ncatalogs: {old: {react: '17'}}\n",
        [("vite", "^6.0", False), ("react", "17", False)],
    ),
    (
        "package.json",
        '{"dependencies": {"a": "npm:@x/b@^2"}}',
        [("a", "npm:@x/b@^2", False), ("@x/b", "^2", False)],
    ),
    (
        "deno.json",
        '{"imports": {"a": "npm:express@^5", "b": "jsr:@oak/oak@17/x", "c": "./c.ts"}}',
        [("express", "^5", False), ("@oak/oak", "17", False)],
    ),
    (
        "jsr.json",
        '{"imports": {"b": "jsr:@std/path"}}',
        [("@std/path", "", False)],
    ),
    (
        "pyproject.toml",
        "[project.optional-dependencies]\ndev = ['a']\npostgres = ['b']\n",
        [("a", "", True), ("b", "", False)],
    ),
    (
        "pyproject.toml",
        "[dependency-groups]\nlint = ['a', {include-group = 'x'}]\nprod = ['b']\n",
        [("a", "", True), ("b", "", False)],
    ),
    (
        "pyproject.toml",
        "[tool.pdm.dev-dependencies]\ntest = ['a>=1']\n",
        [("a", ">=1", True)],
    ),
    (
        "pyproject.toml",
        "[tool.hatch.envs.x]\ndependencies = ['a']\nextra-dependencies = ['b']\n",
        [("a", "", True), ("b", "", True)],
    ),
    (
        "pyproject.toml",
        "[tool.uv]\ndev-dependencies = ['a']\n",
        [("a", "", True)],
    ),
    (
        "pyproject.toml",
        "[tool.flit.metadata]\nrequires = ['a']\n",
        [("a", "", False)],
    ),
    (
        "pyproject.toml",
        "[tool.poetry.group.test.dependencies]\na = '^1'\n[tool.poetry.group.main.dependencies]\nb = '2'\n",
        [("a", "^1", True), ("b", "2", False)],
    ),
    (
        "setup.py",
        "setup(\n  install_requires=['a[x]>=1', # 'no'\n  \"b\"],\n  tests_require=['c'])",
        [("a", ">=1", False), ("b", "", False), ("c", "", True)],
    ),
    (
        "environment.yml",
        "dependencies:\n  - python=3.12\n  - conda-forge::numpy>=1\n  - pip: ['a==2']\n",
        [("python", "3.12", False), ("numpy", ">=1", False), ("a", "==2", False)],
    ),
    (
        "setup.cfg",
        "[options.extras_require]\ndev =\n  a\n",
        [("a", "", True)],
    ),
    (
        "requirements/dev.txt",
        "a==1\n",
        [("a", "==1", True)],
    ),
    (
        "Cargo.toml",
        "[workspace.dependencies]\na = '1'\n[dependencies]\nb = {package = 'c', version = '2'}\nd.workspace = true\n",
        [("c", "2", False), ("d", "", False), ("a", "1", False)],
    ),
    (
        "pom.xml",
        "<p><properties><v>3</v></properties><dependencyManagement><dependencies><dependency><group"
        "Id>g</groupId><artifactId>bom</artifactId><version>${v}</version><type>pom</type><scope>im"
        "port</scope></dependency></dependencies></dependencyManagement></p>",
        [("g:bom", "3", False)],
    ),
    (
        "gradle/deps.versions.toml",
        "[versions]\n"
        "k = '2'\n"
        "[libraries]\n"
        "a = {group = 'g', name = 'n', version.ref = 'k'}\n"
        "[plugins]\n"
        "p = {id = 'x.y', version.ref = 'k'}\n"
        "q = 'z:3'\n",
        [("g:n", "2", False), ("x.y:x.y.gradle.plugin", "2", False), ("z:z.gradle.plugin", "3", False)],
    ),
    (
        "build.gradle",
        "apply plugin: 'jacoco'\n"
        "testImplementation 'a.b:c:1'\n"
        'ext.x = [y: "d.e:f:$v"]\n'
        "implementation platform('g.h:bom:2')\n",
        [
            ("a.b:c", "1", True),
            ("g.h:bom", "2", False),
            ("d.e:f", "", False),
            ("jacoco:jacoco.gradle.plugin", "", False),
        ],
    ),
    (
        "build.gradle.kts",
        'plugins {\n  `maven-publish`\n}\nval x = listOf(\n  "a.b:c:1.0",\n)\n',
        [("a.b:c", "1.0", False), ("maven-publish:maven-publish.gradle.plugin", "", False)],
    ),
    (
        "Directory.Packages.props",
        "<P><PropertyGroup><V>2</V></PropertyGroup><ItemGroup><PackageVersion Include='A' Version='"
        "$(V)'/><GlobalPackageReference Include='B' Version='1'/></ItemGroup></P>",
        [("A", "2", False), ("B", "1", False)],
    ),
    (
        "Directory.Build.props",
        "<P><PackageReference Include='A'><Version>1</Version></PackageReference></P>",
        [("A", "1", False)],
    ),
    (
        "packages.config",
        "<packages><package id='A' version='1'/></packages>",
        [("A", "1", False)],
    ),
    (
        "mix.exs",
        '{:a, "~> 1"},\n{:b, "2", only: [:dev]}\n',
        [("a", "~> 1", False), ("b", "2", True)],
    ),
    (
        "composer.json",
        '{"require-dev": {"a/b": "1"}}',
        [("a/b", "1", True)],
    ),
    (
        "x.gemspec",
        "s.add_dependency 'a'\ns.add_development_dependency 'b', '1'\n",
        [("a", "", False), ("b", "1", True)],
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), CASES)
def test_what_a_manifest_declares(path: str, text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert _read(path, text) == expected


def test_groups_of_a_gemfile() -> None:
    assert [(name, is_development) for name, _, is_development in _read("Gemfile", GEMFILE)] == [
        ("rails", False), ("rspec-rails", True), ("inner", True), ("pg", False), ("bcrypt", False), ("brakeman", True),
        ("puma", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", "install_requires=[" * 50_000),
        ("setup.py", "install_requires=['a'" + ", 'b'" * 10_000),
        ("Gemfile", "group :a do\n" * 100_000),
        ("build.gradle", "'a.b:c:1" * 50_000),
        ("environment.yml", "dependencies: " + "[" * 50 + "]" * 50),
        ("pnpm-workspace.yaml", "catalog: [1]\ncatalogs: [2]\n"),
        ("deno.json", '{"imports": {"a": 3, "b": "npm:", "c": "npm:@"}}'),
        ("libs.versions.toml", "plugins = 3\n"),
        ("libs.versions.toml", "[plugins]\na = 3\nb = {id = 4}\n"),
    ],
)
def test_hostile_manifests_take_linear_time(path: str, text: str) -> None:
    try:
        _read(path, text)
    except Malformed:
        return

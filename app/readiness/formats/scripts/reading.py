"""Which reader finds the scripts of which file."""

from collections.abc import Callable, Iterator

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.scripts.lines import read_noxfile, read_procfile, read_rakefile, read_tox
from app.readiness.formats.scripts.makefile import read_justfile, read_makefile
from app.readiness.formats.scripts.script import Script
from app.readiness.formats.scripts.tables import (
    read_cargo_make,
    read_composer_scripts,
    read_deno_tasks,
    read_hatch_scripts,
    read_mise_tasks,
    read_package_scripts,
    read_pipfile_scripts,
    read_pyproject_scripts,
    read_taskfile,
    read_tox_toml,
)
from app.readiness.formats.source import Source
from app.readiness.globs import glob_set

SCRIPTS = 5_000
TEXT = 8_000_000
Reader = Callable[[Source], Iterator[Script]]
READERS: tuple[tuple[str, Reader], ...] = (
    ("**/{{,GNU}Makefile,Makefile.*,*.mk}", read_makefile),
    ("**/{,.}justfile", read_justfile),
    ("**/*.just", read_justfile),
    ("**/package.json", read_package_scripts),
    ("**/composer.json", read_composer_scripts),
    ("**/deno.{json,jsonc}", read_deno_tasks),
    ("**/Taskfile{,.dist}.{yml,yaml}", read_taskfile),
    ("**/pyproject.toml", read_pyproject_scripts),
    ("**/hatch.toml", read_hatch_scripts),
    ("**/Pipfile", read_pipfile_scripts),
    ("**/{,.}mise.toml", read_mise_tasks),
    ("**/Makefile.toml", read_cargo_make),
    ("**/tox.toml", read_tox_toml),
    ("**/tox.ini", read_tox),
    ("**/Procfile{,.*}", read_procfile),
    ("{**/Rakefile,**/*.rake}", read_rakefile),
    ("**/noxfile.py", read_noxfile),
)
GLOBS = tuple(glob for glob, _ in READERS)


def read_scripts(source: Source) -> tuple[Script, ...]:
    """The scripts of a file; raises `Malformed` above 5,000 of them or 8 million characters."""
    found: list[Script] = []
    characters = 0
    for index in sorted(glob_set(GLOBS).hits(source.path), reverse=True)[:1]:
        for script in READERS[index][1](source):
            characters += len(script.run)
            if len(found) >= SCRIPTS or characters > TEXT:
                raise Malformed(f"more than {SCRIPTS:,} scripts or {TEXT:,} characters in them")
            found.append(script)
    return tuple(found)

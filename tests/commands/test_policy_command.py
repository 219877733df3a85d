"""`readygate policy`."""

import json

import jsonschema
import yaml

GOOD = "version: 1\nextends: readygate/minimal\nrules:\n  no-secrets: block\n"


def test_validate_names_every_mistake_with_its_place(readygate, tmp_path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("version: 1\nrules:\n  no-secretz: block\n  no-secrets: blok\nextra: 1\n")
    ran = readygate("policy", "validate", path)
    assert ran.status == 2
    assert ran.out == ""
    for place in (":3:3", ":4:", ":5:1"):
        assert f"{path}{place}" in ran.err
    path.write_text(GOOD)
    assert readygate("policy", "validate", path).status == 0
    assert readygate("policy", "validate", tmp_path / "none.yml").status == 3


def test_show_gives_every_value_with_its_origin(project, readygate, tmp_path) -> None:
    project.write({".github/rules.yml": GOOD})
    org = tmp_path / "org.yml"
    org.write_text("version: 1\nissues: {labels: [ours]}\nrules:\n  no-secrets: report\n")
    ran = readygate("policy", "show", project.path, "--rules", org)
    assert ran.status == 0
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in ran.out.splitlines()}
    assert rows["rules.no-secrets.mode"] == ["block", "repository .github/rules.yml:4"]
    assert rows["issues.labels"] == ['["ours"]', f"org {org}:2"]
    assert rows["extends"][0] == "readygate/minimal"
    project.write({".github/rules.yml": "rulez: 1\n"})
    assert readygate("policy", "show", project.path).status == 2


def test_the_schema_accepts_what_validate_accepts(readygate) -> None:
    schema = json.loads(readygate("policy", "schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(GOOD), schema)

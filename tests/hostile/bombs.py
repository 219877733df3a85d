"""Files that would cost a reader minutes or gigabytes: each is small, and each has cost one of ours once."""

_KUBE = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n"
_ITEM = "{containers: [{name: x}]}"
BOMBS: dict[str, tuple[str, str]] = {
    "yaml of many values": ("a.yaml", f"{_KUBE}  a: [" + ",".join([_ITEM] * 45_000) + "]\n"),
    "yaml of 10,000 documents": ("b.yaml", (_KUBE + "  a: 1\n---\n") * 10_000),
    "yaml list of objects": ("c.yaml", "apiVersion: v1\nkind: List\nitems:\n" + f"- {{a: {_ITEM}}}\n" * 40_000),
    "jobs": (".github/workflows/a.yml", "on: push\njobs:\n"
             + "".join(f"  j{n}: {{steps: [{{uses: a/b@v1}}, {{run: pytest}}]}}\n" for n in range(14_000))),
    "services": ("compose.yml", "services:\n" + "".join(f"  s{n}: {{image: x}}\n" for n in range(40_000))),
    "template": ("chart/templates/a.yaml", _KUBE + "{{- range .x }}\n" * 50_000 + "  a: {{ .x }}{{ .y }}\n" * 30_000),
    "template of braces": ("chart/templates/b.yaml", f"{_KUBE}  a: " + "{{" * 500_000),
    "dockerfile of a million lines": ("a/Dockerfile", "FROM a\n" + "#\n" * 999_000),
    "dockerfile of here-documents": ("b/Dockerfile", "FROM a\nRUN " + " ".join(f"<<E{n}" for n in range(20_000))
                                     + "\n" + "x\n" * 100_000),
    "dockerfile of unended ones": ("c/Dockerfile", "FROM a\nE\n" + "RUN <<E <<F\n" * 1_990 + "y\n" * 200_000),
    "dockerfile of ports": ("d/Dockerfile", "FROM a\n" + ("EXPOSE " + "1 " * 400 + "\n") * 1_990),
    "dockerfile of stages": ("e/Dockerfile", "FROM a AS s0\nEXPOSE " + "1 " * 900 + "\n"
                             + "".join(f"FROM s{n} AS s{n + 1}\nEXPOSE 2\n" for n in range(99))),
    "table": ("docs/runbook.md", "# Runbook\n" + "|a" * 9_000 + "|\n" + "|-" * 9_000 + "|\n" + "|b" * 9_000 + "|\n"),
    "table of 20,000 rows": ("STATUS.md", "# Status\n| a | b |\n|---|---|\n" + "| health | planned |\n" * 20_000),
    "quotes": ("docs/a.md", ("> " * 2_000 + "a\n" + "b\n" * 300) * 40),
    "references": ("docs/b.md", "[a]: <b\n" * 39_000),
    "json of comments": ("tsconfig.json", "{" + "/*a" * 600_000 + "}"),
    "json of one number": ("a/package.json", '{"dependencies": {"express": ' + "9" * 4_000 + "}}"),
    "toml of tables": ("a/pyproject.toml", "".join(f"[a{n}.b.c]\nx=1\n" for n in range(100_000))),
    "toml of dots": ("b/pyproject.toml", "".join(f"{'a.' * 60}f{n}=1\n" for n in range(14_000))),
    "toml of one number": ("c/pyproject.toml", "[project]\nversion = 0x" + "f" * 1_900_000),
    "ini without keys": ("setup.cfg", "[options]\n" + "x\n" * 900_000),
    "ini of sections": ("a/setup.cfg", "".join(f"[a{n}]\nx=1\n" for n in range(140_000))),
    "xml": ("pom.xml", "<project>" + ("<dependency>" * 90 + "<a/>" * 200 + "</dependency>" * 90) * 700 + "</project>"),
    "xml entities": ("a/pom.xml", '<!DOCTYPE a [<!ENTITY b "c">]><project>&b;</project>'),
    "terraform tuple": ("a.tf", 'resource "aws_x" "a" {\n a = [' + "1," * 500_000 + "]\n}\n"),
    "terraform labels": ("b.tf", "resource " + '"a" ' * 300_000 + "{}\n"),
    "chain of calls": ("a.js", "a" + '\n.get("/health", h)' * 40_000),
    "chain of sums": ("a.py", 'x = ("/health"\n' + "+ y\n" * 200_000 + ")\n"),
    "chain of else": ("b.js", "if (a) {}\n" + 'else if (get("/health")) {}\n' * 30_000),
    "less than": ("a.ts", ("a<b<c<d<" * 2_000 + "\n") * 50 + 'app.get("/health")\n'),
    "routes": ("b.py", '@app.get("/health")\n' * 40_000),
    "calls of calls": ("c.js", 'get("/health");a' + "()\n" * 300_000),
    "one line of logging": ("d.py", 'logger.info("x");' * 100_000),
    "keys": ("keys.txt", "-----BEGIN RSA PRIVATE KEY-----\n" * 100_000),
    "secret of kubernetes": ("s.yaml", "kind: Secret\ndata:\n" + "  a: QUJDREVGR0hJSktMTU5PUA==\n" * 200_000),
}  # fmt: skip

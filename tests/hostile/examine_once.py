"""One examination as the App's evaluation process does it, under its memory limit: prints verdict and check run."""

import json
import resource
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

from app.errors import ReadygateError
from app.git.objects import GitSnapshot
from app.git.open_mirror import OpenMirror
from app.jobs.examine import examine_mirror
from app.jobs.own_policy import policy_layer
from app.readiness.catalogue import builtin_rules, read_catalogue
from app.readiness.reports.check_run import render_check_run
from app.readiness.verdict import to_json


def main() -> None:
    git_dir, head, base = Path(sys.argv[1]), sys.argv[2], sys.argv[3] or None
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
    try:
        with GitSnapshot(git_dir, base or head) as files:
            layer = policy_layer(files, base or head)
        verdict, change = examine_mirror(
            OpenMirror(git_dir),
            head=head,
            base=base,
            head_sha=head,
            base_sha=base,
            layers=[layer] if layer else [],
            catalogue=read_catalogue(builtin_rules()),
            secret_key=b"k" * 32,
            today=date(2026, 11, 20),
            repository="acme/shop",
        )
    except ReadygateError as error:
        print(json.dumps({"error": str(error)}))
        return
    output = render_check_run(verdict, change=change, base_ref="origin/main")
    print(json.dumps({"verdict": json.loads(to_json(verdict)), "check": asdict(output)}))


if __name__ == "__main__":
    main()

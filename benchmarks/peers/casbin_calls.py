"""Ask casbin for the decision of the gate, in its own environment: may this purpose read these fields?

    .bench/peers/casbin/bin/python benchmarks/peers/casbin_calls.py TASK.json > result.json

The task gives the allowed pairs of purpose and field, the request and how often. Out: processor seconds a
call, best of the rounds; a call asks once a field, as its model has one object a rule.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import casbin

MODEL = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
"""


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        model, policy = Path(folder) / "model.conf", Path(folder) / "policy.csv"
        model.write_text(MODEL)
        policy.write_text("".join(f"p, {purpose}, {field}, read\n" for purpose, field in task["allowed"]))
        enforcer = casbin.Enforcer(str(model), str(policy))
    best = float("inf")
    for _ in range(task["rounds"]):
        begun = time.process_time()
        for _ in range(task["calls"]):
            assert all(enforcer.enforce(task["purpose"], field, "read") for field in task["fields"])
        best = min(best, time.process_time() - begun)
    json.dump({"seconds": best / task["calls"]}, sys.stdout)


main()

"""docs/recompute/audit for the conformance runner: one question a line in, one answer a line out."""
import base64
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "docs", "recompute", "audit"))

from approval import NAME, judge  # noqa: E402
from audit import Audit  # noqa: E402
from clone import Clone  # noqa: E402
from forms import Bad, CannotAudit, instant, lines_of, tree_head  # noqa: E402
from signers import Signers  # noqa: E402

raw = lambda item: base64.b64decode(item["bytes"])  # noqa: E731


def key_folder(keys):
    folder = tempfile.mkdtemp()
    for at, key in enumerate(keys):
        with open(os.path.join(folder, f"{at}.asc"), "wb") as file:
            file.write(raw(key))
    return folder


SIGNERS = {}


def signers_of(asked, pinned):
    name = json.dumps([asked["keys"], pinned])
    if name not in SIGNERS:
        SIGNERS[name] = Signers(key_folder(asked["keys"]), pinned)
    return SIGNERS[name]


def approval(asked):
    expect, ledger = asked["expect"], asked["ledger"]
    # What a pull request changed, where a run stands and what was used before a clone shows in another way.
    if asked["change"] is not None or ledger["documents"] or expect.get("run", 0) != 0:
        return {"verdict": "unsupported"}
    try:
        if not NAME.fullmatch(asked["path"]):
            raise Bad("path_invalid", asked["path"])
        document = base64.b64decode(asked["document"])
        signers, at = signers_of(asked, asked["pinned"]), instant(asked["now"])
        threshold = max([1, *asked["thresholds"].values()])
        said = judge(document, [raw(item) for item in asked["signatures"]], signers, at, threshold)
        if expect.get("gate", said["gate"]) != said["gate"]:
            raise Bad("gate_mismatch", said["gate"])
        for key, value in expect["bindings"].items():
            if said.get(key) != value:
                raise Bad("binding_mismatch" if key in said else "binding_missing", key)
        return {"verdict": "accepted"}
    except Bad as bad:
        return {"verdict": "rejected", "reason": bad.code}
    except CannotAudit:
        # gpg does not read the pinned certificate: older ones know no key in the encoding of RFC 9580.
        return {"verdict": "unsupported"}


def plan_head(asked):
    lines = lines_of(base64.b64decode(asked["plan"]), "plan", "the plan")
    return {"head": tree_head(lines).hex()}


def clone(asked):
    with tempfile.TemporaryDirectory() as folder:
        git = lambda *args: subprocess.run(["git", *args], check=True, capture_output=True)  # noqa: E731
        genuine, *tampered = asked["bundles"]
        git("clone", "--quiet", "--bare", "--branch", "main", genuine, folder)
        for bundle in tampered:
            git("-C", folder, "fetch", "--quiet", bundle, "tampered:tampered")
            git("-C", folder, "symbolic-ref", "HEAD", "refs/heads/tampered")
        audit = Audit(Clone(folder), signers_of(asked, asked["signers"]))
        audit.everything()
        codes = [finding["code"] for finding in audit.findings]
        return {"verdict": "findings" if codes else "clean", "codes": codes}


KINDS = {"approval": approval, "plan_head": plan_head, "clone": clone}

for line in sys.stdin:
    question = json.loads(line)
    answer = KINDS.get(question["kind"], lambda _: {"verdict": "unsupported"})(question)
    print(json.dumps(answer), flush=True)

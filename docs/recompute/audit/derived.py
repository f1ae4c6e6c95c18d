"""What the bot derives from a log and publishes beside it: the state, the snapshot, the compensation plan, the reports."""
import json
import re

from forms import canonical, hexdigest


def derived(run):
    """(code, path, what) for each file of the folder that does not say what the log says."""
    state = run.clone.read(f"{run.folder}/state.json")
    if state is None:
        yield "state", f"{run.folder}/state.json", "there is no such plain file"
    else:
        for name in misstated(run, json.loads(state)):
            yield "state", f"{run.folder}/state.json", f"{name} is not what the log leads to"
    if run.revert is not None:
        plan = json.loads(run.clone.read(f"{run.folder}/revert-plan.json") or b"null") or {}
        if hexdigest(canonical(plan.get("plan"))) != run.revert:
            yield "revert_plan", f"{run.folder}/revert-plan.json", "it is not the plan that the log names"
    before = run.clone.read(f"{run.folder}/pre.json")
    if before and json.loads(before) != run.outputs.get("grant_probe", {}).get("snapshot"):
        yield "counts", f"{run.folder}/pre.json", "it is not the snapshot of grant_probe"
    yield from reports(run)


def misstated(run, state):
    """The names of the fields that do not say what the log leads to."""
    due = {
        **{"run_id": run.run_id, "status": run.status, "log": {"hash": run.head, "seq": run.seq}},
        **{name: run.facts[name] for name in ("document_id", "repository", "source", "granularity")},
        **{name: run.facts[name] for name in ("profile", "sg1_only")},
        **{"revert_plan_sha256": run.revert, "approvals": run.stated, "finished": list(run.done.values())},
    }
    wrong = [name for name, value in due.items() if name not in state or state[name] != value]
    position = state.get("position", {})
    at_rest = position.get("since", run.rested_at) == run.rested_at
    return wrong + ([] if position.get("status") == run.status and at_rest else ["position"])


def reports(run):
    outputs = enumerate(run.outputs.items(), 1)
    due = {f"{run.folder}/kb/{at:02}-{phase}.md": output for at, (phase, output) in outputs}
    there = {path for path in run.clone.files if path.startswith(f"{run.folder}/kb/")}
    for path in sorted(there | due.keys()):
        told = re.search("\n```json\n(.*)\n```\n\\Z", (run.clone.read(path) or b"").decode(errors="replace"), re.S)
        if path not in due:
            yield "unexplained", path, "no phase of the log has this report"
        elif told is None or json.loads(told[1]) != due[path]:
            yield "report", path, "it does not hold what the log says that the phase found"

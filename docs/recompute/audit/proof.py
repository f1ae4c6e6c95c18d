"""Who wrote the record, and that none of it is gone: the recorder's statements, and the log in runs/log/ with its checkpoints."""
import base64
import hashlib
import json
import re

import ed25519
from forms import Bad, hexdigest, lines_of, parse, tree_head

IN_TOTO = "application/vnd.in-toto+json"
LEAVES = re.compile("runs/log/[0-9]{6}[.]jsonl")


def statements(run):
    """{seq: digest of the envelope} for each published head, as each commit has it that changed the log or the statement."""
    clone, found = run.clone, {}
    paths = (f"{run.folder}/events.jsonl", f"{run.folder}/statement.dsse.json")
    for number in sorted({step[0] for path in paths for step in clone.grew.get(path, ())}):
        commit = clone.commits[number][0]
        events, envelope = (clone.read(path, commit) for path in paths)
        if events is None:
            raise Bad("statement_subject", f"commit {commit[:12]} has a statement about no log")
        seq = events.count(b"\n")
        if envelope is None:
            raise Bad("statement_missing", f"commit {commit[:12]} has entry {seq} without a statement")
        check_statement(open_envelope(envelope, run.keys), run, commit, events)
        if found.setdefault(seq, hexdigest(envelope)) != hexdigest(envelope):
            raise Bad("statement", f"commit {commit[:12]} has another statement of the same entry {seq}")
    return found


def open_envelope(data, keys):
    """DSSE version 1 with one Ed25519 signature of one of the keys → the payload's object."""
    (line,) = lines_of(data, "statement", "the envelope")
    envelope = parse(line, "statement", "the envelope")
    (signature,) = envelope["signatures"]
    payload, kind = base64.b64decode(envelope["payload"], validate=True), envelope["payloadType"]
    if signature["keyid"] not in keys:
        raise Bad("statement_key", f"it is signed by {signature['keyid']}, which no GAP7 of this run names")
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    given = base64.b64decode(signature["sig"], validate=True)
    if kind != IN_TOTO or not ed25519.verify(bytes.fromhex(signature["keyid"]), given, message):
        raise Bad("statement_signature", "its signature does not hold over these bytes")
    return parse(payload, "statement", "the payload")


def check_statement(said, run, commit, events):
    facts, outputs, seq = run.facts, run.outputs, events.count(b"\n")
    plan = run.clone.read(f"{run.folder}/plan.jsonl", commit)
    must = {f"{run.folder}/events.jsonl": hexdigest(events), facts["source"]["path"]: facts["source"]["sha256"]}
    if plan is not None:
        must[f"{run.folder}/plan.jsonl"] = hexdigest(plan)
    may = {path: digest for digest, (run_id, path) in run.used.items() if run_id == run.run_id}
    if "pre_write_backup" in outputs:
        may[f"backup/{outputs['pre_write_backup']['path']}"] = outputs["pre_write_backup"]["sha256"]
    if "leg_b_record" in outputs:
        may[f"database/change-set/{outputs['leg_b_record']['change_set_id']}"] = outputs["cutplan"]["cutplan_sha256"]
    stated = {subject["name"]: next(iter(subject["digest"].values())) for subject in said["subject"]}
    wrong = [name for name, digest in stated.items() if {**may, **must}.get(name) != digest]
    if wrong or must.keys() - stated.keys() or len(stated) != len(said["subject"]):
        raise Bad("statement_subject", f"in {commit[:12]} it is about other files: {', '.join(wrong) or 'one is missing'}")
    head = run.heads[seq]
    due = {
        **{"run_id": run.run_id, "log": {"hash": head["hash"], "seq": seq}, "at": head["at"], "status": head["status"]},
        **{name: facts.get(name) for name in ("document_id", "deployment", "repository")},
    }
    for name, value in due.items():
        if said["predicate"][name] != value:
            raise Bad("statement", f"in {commit[:12]} it says another {name} than the log")
    if (said["_type"], said["predicateType"]) != ("https://in-toto.io/Statement/v1", "urn:countersign:run-record:1"):
        raise Bad("statement", "it is a statement of another kind")


def check_log(clone, runs, keys, used, stated):
    """The log's leaves against every checkpoint in git's history, and against what the runs and approvals say."""
    changed = {step[0] for path, steps in clone.grew.items() if path.startswith("runs/log/") for step in steps}
    files = sorted(path for path in clone.files if LEAVES.fullmatch(path))
    leaves = [leaf for path in files for leaf in lines_of(clone.read(path) or b"", "log", path)]
    size = 0
    for number in sorted(changed):
        commit = clone.commits[number][0]
        note = clone.read("runs/log/checkpoint", commit)
        if note is None:
            raise Bad("checkpoint", f"commit {commit[:12]} has leaves and no checkpoint")
        origin, size, root = open_checkpoint(note, keys)
        deployment = next(iter(runs.values())).facts.get("deployment")
        if origin != f"countersign/{deployment}":
            raise Bad("checkpoint", f"in {commit[:12]} it is of another log, {origin}")
        if size > len(leaves) or tree_head(leaves[:size]) != root:
            raise Bad("log_rewritten", f"the log of {commit[:12]} is no beginning of the one that is there now")
    if size != len(leaves):
        raise Bad("checkpoint", "there are more leaves than the newest checkpoint covers")
    check_witnesses(clone, keys, leaves, origin)
    check_recorder_file(clone, keys, origin)
    said = [parse(leaf, "log", f"leaf {at}") for at, leaf in enumerate(leaves)]
    check_heads([leaf for leaf in said if leaf["type"] == "head"], runs, stated)
    check_verdicts([leaf for leaf in said if leaf["type"] == "verdict"], clone, runs, used, stated)


def check_witnesses(clone, keys, leaves, origin):
    """What witnesses have cosigned is how this log begins, and none of it was removed or set back."""
    for path in (path for path in clone.grew if path.startswith("runs/log/witness/")):
        last = 0
        for number in sorted(step[0] for step in clone.grew[path]):
            commit = clone.commits[number][0]
            note = clone.read(path, commit)
            name, size, root = (origin, 0, b"") if note is None else open_checkpoint(note, keys)
            if size < last:
                raise Bad("cosigned_set_back", f"{path} was over {last} leaves before {commit[:12]}")
            if note is not None and (name != origin or size > len(leaves) or tree_head(leaves[:size]) != root):
                raise Bad("cosigned_contradicted", f"the log does not continue what {path} of {commit[:12]} is over")
            last = size


def check_recorder_file(clone, keys, origin):
    """runs/recorder.json is written in one way, and lists none but keys that the runs' GAP7 name."""
    for step in clone.grew.get("runs/recorder.json", ()):
        commit = clone.commits[step[0]][0]
        given = clone.read("runs/recorder.json", commit) or b"{}"
        listed = [key["public_key"] for key in json.loads(given).get("keys", ())]
        named = [b"\1" + bytes.fromhex(key) for key in listed]
        ids = [hashlib.sha256(f"{origin}\n".encode() + key).hexdigest()[:8] for key in named]
        form = [
            {"public_key": key, "verifier_key": f"{origin}+{its}+{base64.b64encode(typed).decode()}"}
            for key, its, typed in zip(listed, ids, named)
        ]
        due = json.dumps({"format": "countersign/recorder/1", "keys": form, "origin": origin}, indent=2)
        if not listed or set(listed) - keys or given != f"{due}\n".encode():
            raise Bad("recorder_file_differs", f"that of {commit[:12]} lists other keys, or in another form")


def open_checkpoint(note, keys):
    """A C2SP checkpoint that one of the keys signed → (origin, size, root)."""
    text, blank, signatures = note.decode().partition("\n\n")
    origin, size, root = text.split("\n")
    for line in signatures.splitlines():
        mark, name, blob = line.split(" ")
        blob = base64.b64decode(blob, validate=True)
        for key in map(bytes.fromhex, keys):
            its = hashlib.sha256(origin.encode() + b"\n\1" + key).digest()[:4] == blob[:4]
            if mark == "—" and name == origin and its and ed25519.verify(key, blob[4:], f"{text}\n".encode()):
                return origin, int(size), base64.b64decode(root, validate=True)
    raise Bad("checkpoint_signature", "it is signed by no recorder that an approval in this clone names")


def check_heads(leaves, runs, stated):
    logged = set()
    for leaf in leaves:
        run_id, seq = leaf["run_id"], leaf["seq"]
        if run_id not in runs:
            raise Bad("run_deleted", f"the log has {run_id}, and the clone has not")
        head = runs[run_id].heads.get(seq, {"hash": None})
        if leaf["hash"] != head["hash"] or leaf["statement_sha256"] != stated.get(run_id, {}).get(seq):
            raise Bad("log_head", f"the log has another entry {seq} of {run_id}, or another statement of it")
        logged.add((run_id, seq))
    for run_id, heads in stated.items():
        for seq in heads:
            if (run_id, seq) not in logged:
                raise Bad("leaf_missing", f"entry {seq} of {run_id} was published, and has no leaf")


def check_verdicts(leaves, clone, runs, used, stated):
    for leaf in leaves:
        document = clone.read(leaf["path"], leaf["commit"])
        if document is None or hexdigest(document) != leaf["document_sha256"]:
            raise Bad("leaf_verdict", f"{leaf['path']} is not what the log judged")
    accepted = {leaf["document_sha256"] for leaf in leaves if leaf["verdict"] == "accepted"}
    for digest, (run_id, path) in used.items():
        if stated.get(run_id) and digest not in accepted:
            raise Bad("leaf_missing", f"{path} was used, and no leaf accepts it")

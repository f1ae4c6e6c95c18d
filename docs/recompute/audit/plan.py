"""What SG_1 and SG_2 sign, computed again: the plan's tree head and the text of each of its rows, and the evidence."""
from forms import Bad, canonical, hexdigest, lines_of, parse, tree_head

ACTIONS = ("create", "revise", "move", "renumber", "keep", "retire")


def evidence(run):
    """The digest that SG_2 signs: docs/digests.md, evidence_sha256."""
    planned, written, verified = (run.outputs[phase] for phase in ("cutplan", "leg_b_record", "write_verify"))
    names = ("affected_rows", "change_set_id", "manifest_envelope_id", "review_decision_id", "signature_ids")
    facts = {
        **{"format": "countersign/evidence/1", "run_id": run.run_id, "document_id": run.facts["document_id"]},
        **{"source_sha256": run.facts["source"]["sha256"], "cutplan_sha256": planned["cutplan_sha256"]},
        **{"counts": planned["counts"], "unit_ids_sha256": run.outputs["cut_leg_a"]["unit_ids_sha256"]},
        **{name: written[name] for name in names},
        "write_verify": {name: verified[name] for name in ("result_sha256", "verify_result_id")},
    }
    return hexdigest(canonical(facts))


def check_plan(run, output):
    """The head that SG_1 signs, the order of the rows, and the text of each row within the document."""
    plan = run.clone.read(f"{run.folder}/plan.jsonl")
    if plan is None:
        raise Bad("plan_missing", "there is no plan.jsonl")
    lines = lines_of(plan, "plan", "plan.jsonl")
    if tree_head(lines).hex() != output["cutplan_sha256"]:
        raise Bad("plan_head", "the tree head of plan.jsonl is not the one that the log names")
    header, *rows = (parse(line, "plan", f"line {at} of plan.jsonl") for at, line in enumerate(lines, 1))
    due = (run.facts["document_id"], run.facts["source"]["sha256"], run.facts.get("accepts_sha256"))
    if (header["document_id"], header["source_sha256"], header["accepts_sha256"]) != due:
        raise Bad("plan", "its first line is about another document")
    end, keys, counts = 0, set(), dict.fromkeys(ACTIONS, 0)
    for at, row in enumerate(rows, 1):
        counts[row["action"]] += 1
        if row["action"] == "retire":
            continue
        if (row["ordinal"], row["byte_start"]) != (at, end) or row["key"] in keys:
            raise Bad("plan", f"row {at} does not follow the row before it")
        end = row["byte_end"]
        keys.add(row["key"])
        if hexdigest(run.source[row["byte_start"] : end]) != row["body_sha256"]:
            raise Bad("body", f"{row['key']} does not have the digest of its bytes of the document")
    if end != len(run.source):
        raise Bad("plan", "its rows are not the whole document")
    if counts != output["counts"]:
        raise Bad("counts", "the log counts other actions than the plan has")

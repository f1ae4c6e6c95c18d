"""One run, followed through its log: each entry is legal where it stands, and each gate was opened by what was signed."""
import re
from datetime import timedelta

from approval import NAME, judge
from forms import Bad, canonical, hexdigest, instant, lines_of, parse
from plan import check_plan, evidence

ENABLE, RELEASE, REVERT = "GAP7_execution_enable", "SG_H_release_authz", "SG_R_revert_authz"
# The phases behind each gate, and where the last one leaves the run.
ROADS = {
    ENABLE: ("source_pin", "mark", "cutplan", "pre_write_backup", "grant_probe", "AWAITING_CUT_AUTHORIZATION"),
    "SG_1_cut_authz": (
        *("cut_leg_a", "structural_verify", "leg_b_record", "write_verify"),
        "AWAITING_LIFECYCLE_AUTHORIZATION",
    ),
    "SG_2_lifecycle_authz": ("lifecycle_enact", "lifecycle_verify", "COMPLETED"),
    REVERT: ("revert_execute", "REVERTED"),
}
NEXT = {phase: after for road in ROADS.values() for phase, after in zip(road, road[1:])}
OPENED_BY = {phase: gate for gate, road in ROADS.items() for phase in road[:-1]}
ENDS_PAUSE = {
    "AWAITING_CUT_AUTHORIZATION": "SG_1_cut_authz",
    "AWAITING_LIFECYCLE_AUTHORIZATION": "SG_2_lifecycle_authz",
}
ONE_TRANSACTION = ("cut_leg_a", "structural_verify", "leg_b_record")
REVERTIBLE = ("AWAITING_LIFECYCLE_AUTHORIZATION", "COMPLETED", "ABANDONED")
ENDS = ("COMPLETED", "REVERTED", "ABANDONED")


class Run:
    """`used` is shared by all runs of a clone: which run used which approval, by the digest of its document."""

    def __init__(self, run_id, clone, signers, used):
        self.run_id, self.clone, self.signers, self.used = run_id, clone, signers, used
        self.folder = f"runs/{run_id}"
        self.place, self.held, self.outputs, self.revert, self.rests = None, False, {}, None, None
        self.approvals, self.withdrawn, self.keys = [], set(), []
        # As state.json repeats them: the approvals that opened something, and the phases as they were done last.
        self.stated, self.done, self.rested_at = [], {}, None
        self.heads, self.ended, self.whole = {}, None, False

    @property
    def status(self):
        return "HELD" if self.held else "RUNNING" if self.place in NEXT else self.place

    def follow(self):
        """Raises Bad at the first entry that does not hold."""
        where = f"{self.folder}/events.jsonl"
        self.log = self.clone.read(where)
        if self.log is None:
            raise Bad("log_missing", "there is no event log")
        for number, status, _, name in self.clone.grew[where]:
            if status not in ("A", "M") or not self.log.startswith(self.clone.blob(name)):
                raise Bad("log_rewritten", f"commit {self.clone.commits[number][0][:12]} has another log")
        self.head, self.seq, self.at = "0" * 64, 0, None
        for line in lines_of(self.log, "chain", where):
            event = parse(line, "chain", f"entry {self.seq + 1}")
            self.chain(event)
            self.happen(event)
            if self.place in ENDS and self.ended is None:
                self.ended = self.at
            self.heads[self.seq] = {"hash": self.head, "at": event["at"], "status": self.status}
        self.whole = True

    def chain(self, event):
        body = {key: value for key, value in event.items() if key != "hash"}
        due = (self.seq + 1, self.head, self.run_id, 1)
        stated = (event["seq"], event["prev"], event["run_id"], event["v"])
        if stated != due or hexdigest(canonical(body)) != event["hash"]:
            raise Bad("chain", f"entry {self.seq + 1} does not continue the entry before it")
        at = instant(event["at"])
        # Replicas may differ by what a clock may differ.
        if self.at is not None and at < self.at - timedelta(minutes=2):
            raise Bad("times", f"entry {event['seq']} is older than the entry before it")
        self.seq, self.head, self.at = event["seq"], event["hash"], at

    def happen(self, event):
        acts = {
            "run_opened": self.opened,
            "phase_started": self.started,
            "phase_finished": self.finished,
            "stopped": self.stopped,
            "gate_opened": self.gate_opened,
            "execution_renewed": self.renewed,
            "revert_planned": self.revert_planned,
            "approval_withdrawn": self.taken_back,
            "abandoned": self.abandoned,
        }
        if event["type"] not in acts or (event["type"] == "run_opened") != (self.seq == 1):
            self.illegal(event)
        acts[event["type"]](event)

    def illegal(self, event):
        raise Bad("order", f"entry {self.seq}: {event['type']} is not legal while the run is {self.status}")

    def rest(self):
        self.rests = self.head

    # --- what can happen

    def opened(self, event):
        self.facts, source = event, event["source"]
        self.bound = {
            **{"document_id": event["document_id"], "source_sha256": source["sha256"], "mode": "LIVE"},
            **{"deployment": event.get("deployment"), "recorder_key": event.get("recorder_key")},
        }
        bindings = {**self.bound, "accepts_sha256": event.get("accepts_sha256"), "run_id": None}
        said = self.approve(event["approval"], bindings, ENABLE)
        day, digest = said["signed_utc"][:10].replace("-", ""), event["approval"]["document_sha256"]
        if self.run_id != f"run-{day}-{digest[:16]}":
            raise Bad("run_id", "its approval opens a run of another name")
        self.source = self.clone.read(source["path"], event["approval"]["commit"])
        if self.source is None or hexdigest(self.source) != source["sha256"]:
            raise Bad("source", f"{source['path']} at the merge is not the document that was signed")
        self.place = "source_pin"
        self.rest()

    def started(self, event):
        if self.held or event["phase"] != self.place:
            self.illegal(event)

    def finished(self, event):
        phase, output = event["phase"], event["output"]
        if self.held or phase != self.place:
            self.illegal(event)
        self.within_windows(event)
        for kept in (self.outputs, self.done):
            kept.pop(phase, None)
        self.outputs[phase], self.place = output, NEXT[phase]
        self.done[phase] = {name: event[name] for name in ("phase", "started_at", "duration_ms")}
        source = self.facts["source"]
        if phase == "source_pin" and (output["path"], output["sha256"]) != (source["path"], source["sha256"]):
            raise Bad("source", "source_pin names another document")
        if phase == "cutplan":
            check_plan(self, output)
        if any(row["ok"] is not True for row in output.get("table", [])):
            raise Bad("counts", f"{phase} finished although a row of its table is not ok")
        if self.place not in NEXT:
            self.rest()
            self.rested_at = event["at"]

    def within_windows(self, event):
        """A phase begins under its gate's approval and, but for a compensation, under an enable."""
        phase, began = event["phase"], instant(event["started_at"])
        gates = {REVERT} if phase == "revert_execute" else {ENABLE, OPENED_BY[phase]}
        for gate in gates:
            standing = [said for digest, said in self.approvals if digest not in self.withdrawn and said["gate"] == gate]
            said = standing[-1] if standing else None
            # What was read back after a crash was done earlier, under a window that was judged then.
            if said is None or (event["recovered"] is not True and not said["from"] <= began < said["until"]):
                raise Bad("window", f"entry {self.seq}: {phase} began without a valid {gate}")

    def stopped(self, event):
        together = {event["phase"], self.place} <= set(ONE_TRANSACTION)
        if self.held or self.place not in NEXT or not (event["phase"] == self.place or together):
            self.illegal(event)
        self.place, self.held, self.rested_at = event["phase"], True, event["at"]
        self.rest()

    def gate_opened(self, event):
        gate = event["approval"]["gate"]
        awaited = OPENED_BY[self.place] if self.held else ENDS_PAUSE.get(self.place)
        revertible = self.revert is not None and (self.held or self.place in REVERTIBLE)
        if not (gate == awaited != ENABLE or (gate == RELEASE and self.held) or (gate == REVERT and revertible)):
            self.illegal(event)
        self.approve(event["approval"], self.bindings(gate), gate)
        if gate == RELEASE:
            self.place = ONE_TRANSACTION[0] if self.place in ONE_TRANSACTION else self.place
        elif not self.held or gate == REVERT:
            self.place = ROADS[gate][0]
        else:
            return  # The hold stays: its stretch has a fresh approval.
        self.held = False
        self.revert = self.revert if gate == REVERT else None

    def bindings(self, gate):
        own = {
            "SG_1_cut_authz": lambda: {"cutplan_sha256": self.outputs["cutplan"]["cutplan_sha256"]},
            "SG_2_lifecycle_authz": lambda: {"evidence_sha256": evidence(self)},
            REVERT: lambda: {"revert_plan_sha256": self.revert},
            RELEASE: dict,
        }
        return {"run_id": self.run_id, "event_log_sha256": self.rests, **own[gate]()}

    def renewed(self, event):
        if self.place in ENDS or event["approval"]["gate"] != ENABLE:
            self.illegal(event)
        named = {"recorder_key": event.get("recorder_key"), "run_id": self.run_id}
        self.approve(event["approval"], {**self.bound, **named}, ENABLE)

    def revert_planned(self, event):
        if not self.held and self.place not in REVERTIBLE:
            self.illegal(event)
        self.revert = event["revert_plan_sha256"]
        self.rest()

    def taken_back(self, event):
        digest = event["approval_sha256"]
        if self.place in ENDS or digest in self.withdrawn or digest not in dict(self.approvals):
            self.illegal(event)
        self.approve(event["withdrawal"], {"approval_sha256": digest}, "SG_W_withdrawal")
        self.withdrawn.add(digest)

    def abandoned(self, event):
        if self.place in ENDS:
            self.illegal(event)
        self.place, self.held, self.rested_at = "ABANDONED", False, event["at"]

    # --- what was signed

    def approve(self, stated, bindings, gate):
        """One use of an approval: its bytes at the merge and now, its signatures, its window, and what it is bound to."""
        path, digest = stated["path"], stated["document_sha256"]
        document = self.clone.read(path)
        if not NAME.fullmatch(path) or document is None or self.clone.read(path, stated["commit"]) != document:
            raise Bad("approval_missing", f"{path} is not the same plain file at its merge and now")
        if hexdigest(document) != digest:
            raise Bad("approval_other", f"{path} is not the document that the log names")
        said = judge(document, signatures_of(self.clone, path), self.signers, self.at)
        if said["gate"] != gate:
            raise Bad("gate_mismatch", f"{path} is for {said['gate']}, not for {gate}")
        for key, value in bindings.items():
            if said.get(key) != value:
                raise Bad("binding_mismatch", f"{path}: {key} is {said.get(key)}, what was done has {value}")
        until = stated.get("valid_until")
        times = (instant(stated["signed_at"]), until if until is None else instant(until))
        if stated["signers"] != said["signers"] or times != (said["said"], until and said["until"]):
            raise Bad("reference", f"entry {self.seq} misstates who signed {path}, or when")
        if digest in self.used:
            raise Bad("already_used", f"{path} was used before, by {self.used[digest][0]}")
        if until is not None:
            self.stated.append(stated)
        self.used[digest] = (self.run_id, path)
        self.approvals.append((digest, said))
        if "recorder_key" in said:
            self.keys.append(said["recorder_key"])
        return said


def signatures_of(clone, path):
    """The bytes of every signature beside an approval, in the order of their names."""
    beside = re.compile(re.escape(path) + "([.][1-9][0-9]?)?[.]asc")
    return [clone.read(name) or b"" for name in sorted(clone.files) if beside.fullmatch(name)]

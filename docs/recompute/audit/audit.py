"""A second, independent audit of a governed repository: python3's standard library and gpg, and nothing of this project.

python3 audit.py CLONE --signer FINGERPRINT... --keys DIRECTORY [--json]    exit 0 clean, 1 findings, 2 could not audit
Written from the pages in docs/. What it cannot redo it says at its end, and never passes over."""
import argparse
import json
import re
import sys

sys.dont_write_bytecode = True

from approval import NAME, judge  # noqa: E402
from clone import PLAIN, Clone  # noqa: E402
from derived import derived  # noqa: E402
from forms import Bad, CannotAudit, instant, shown  # noqa: E402
from proof import check_log, statements  # noqa: E402
from run import Run, signatures_of  # noqa: E402
from signers import Signers  # noqa: E402

RUN_FILE = re.compile(
    "(events[.]jsonl|state[.]json|plan[.]jsonl|changes[.]md|pre[.]json|revert-plan[.]json|statement[.]dsse[.]json"
    "|statement[.][0-9]+[.]tsr|kb/[^/]+)"
)
BESIDE_RUNS = re.compile(
    "runs/(README[.]md|recorder[.]json|deployment[.]json|log/(checkpoint|[0-9]{6}[.]jsonl|witness/[^/]+))"
)


class Audit:
    def __init__(self, clone, signers):
        self.clone, self.signers = clone, signers
        self.runs, self.used, self.findings, self.notes = {}, {}, [], []

    def find(self, code, where, what):
        self.findings.append({"code": code, "where": where, "what": what})

    def guarded(self, where, act, *args):
        """Whatever a stranger's file makes go wrong is a finding, and the audit goes on."""
        try:
            return act(*args)
        except Bad as bad:
            self.find(bad.code, where, str(bad))
        except (KeyError, TypeError, IndexError, ValueError, AttributeError, RecursionError) as fault:
            self.find("malformed", where, f"it does not have its form: {type(fault).__name__} {fault}")

    def everything(self):
        self.check_names()
        folders = {match[1] for path in self.clone.grew if (match := re.match("runs/(run-[^/]+)/", path))}
        self.runs = {run_id: Run(run_id, self.clone, self.signers, self.used) for run_id in folders}
        for run_id in sorted(folders, key=self.opened_at):
            self.guarded(f"runs/{run_id}/events.jsonl", self.runs[run_id].follow)
        for run in self.runs.values():
            self.check_files(run)
        self.check_overlaps()
        self.check_proof()
        self.list_unused()
        self.notes.append(
            "not redone: how a document is cut, changes.md, the sentences of kb/, time stamps (`countersign audit` does)"
        )

    def opened_at(self, run_id):
        try:
            log = self.clone.read(f"runs/{run_id}/events.jsonl")
            return instant(json.loads(log.split(b"\n")[0])["at"]).isoformat(), run_id
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError, Bad):
            return "9999", run_id

    def check_names(self):
        for path, steps in self.clone.grew.items():
            mine = path.startswith("approvals/") and path != "approvals/README.md"
            if mine and [status for _, status, _, _ in steps] != ["A"]:
                self.find("approval_changed", path, "what lies in approvals/ is added once and never changed")
        folded = {}
        for path, mode in self.clone.files.items():
            if path.startswith(("approvals/", "runs/")):
                if mode != PLAIN:
                    self.find("not_regular_file", path, f"its git mode is {mode}, not that of a plain file")
                if folded.setdefault(path.lower(), path) != path:
                    self.find("name_case_clash", path, f"{folded[path.lower()]} has the same name but for case")
            if path.startswith("runs/") and not re.match("runs/run-[^/]+/", path) and not BESIDE_RUNS.fullmatch(path):
                self.find("unexplained", path, "no rule explains this file")

    def check_files(self, run):
        for path in self.clone.files:
            if path.startswith(run.folder + "/") and not RUN_FILE.fullmatch(path[len(run.folder) + 1 :]):
                self.find("unexplained", path, "no file of a run record has this name")
        if run.whole:
            for finding in self.guarded(run.folder, lambda: list(derived(run))) or ():
                self.find(*finding)

    def check_overlaps(self):
        """One run of a document is open at a time; one that rests after its cut holds up nobody but by its drafts."""
        whole = sorted((run for run in self.runs.values() if run.whole), key=lambda run: run.facts["at"])
        for at, run in enumerate(whole):
            for later in whole[at + 1 :]:
                same = run.facts["document_id"] == later.facts["document_id"]
                if same and not run.facts["sg1_only"] and (run.ended is None or run.ended > instant(later.facts["at"])):
                    self.find("two_open_runs", later.folder, f"{run.run_id} of the same document had not ended")

    def check_proof(self):
        stated = {}
        for run in (run for run in self.runs.values() if run.whole):
            if run.keys:
                stated[run.run_id] = self.guarded(f"{run.folder}/statement.dsse.json", statements, run) or {}
            else:
                self.notes.append(f"{run.run_id} names no recorder: who wrote its record is not proved")
        keys = {key for run in self.runs.values() for key in run.keys}
        there = any(path.startswith("runs/log/") for path in self.clone.grew)
        if not there and not keys:
            self.notes.append("there is no runs/log/: that no run was deleted and no log cut short is not proved")
        elif not all(run.whole for run in self.runs.values()):
            self.notes.append("runs/log/ was not judged, since a run does not hold")
        elif not there:
            self.find("log_missing", "runs/log", "a recorder is named, and there is no log")
        else:
            self.guarded("runs/log", check_log, self.clone, self.runs, keys, self.used, stated)

    def list_unused(self):
        used = {path for _, path in self.used.values()}
        for path in sorted(self.clone.files):
            if not path.startswith("approvals/") or path == "approvals/README.md" or path in used:
                continue
            signed = re.sub("([.][1-9][0-9]?)?[.]asc$", "", path)
            if signed != path and signed in self.clone.files:
                continue
            if not NAME.fullmatch(path):
                self.find("unexplained", path, "it is neither an approval nor the signature of one")
                continue
            merged_at = self.clone.commits[self.clone.grew[path][0][0]][1]
            try:
                judge(self.clone.read(path) or b"", signatures_of(self.clone, path), self.signers, merged_at)
                self.notes.append(f"{path} holds, and no run has used it")
            except Bad as bad:
                self.notes.append(f"{path} was not used: {bad.code}, {bad}")

    def as_json(self):
        runs = [{"run_id": run_id, "status": run.status if run.whole else None} for run_id, run in sorted(self.runs.items())]
        verdict = "findings" if self.findings else "clean"
        return {"verdict": verdict, "runs": runs, "findings": self.findings, "notes": self.notes}

    def as_text(self):
        for run_id, run in sorted(self.runs.items()):
            yield f"{run_id}  {run.status if run.whole else 'does not hold'}, {len(run.approvals)} approvals"
        yield from (f"note: {note}" for note in self.notes)
        yield from ("FINDING {code}: {where}: {what}".format(**finding) for finding in self.findings)
        yield f"{len(self.findings)} findings" if self.findings else "clean"


def main():
    asked = argparse.ArgumentParser(prog="audit.py", description=__doc__.split("\n")[0])
    asked.add_argument("clone", help="a whole git clone of the governed repository")
    asked.add_argument("--signer", nargs="+", required=True, help="full fingerprints of the primary keys that may sign")
    asked.add_argument("--keys", required=True, help="a folder with their public keys")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    try:
        audit = Audit(Clone(options.clone), Signers(options.keys, options.signer))
        audit.everything()
    except (CannotAudit, OSError) as why:
        print(f"could not audit {shown(options.clone)}: {shown(str(why))}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(audit.as_json(), indent=1))
    else:
        print("\n".join(map(shown, audit.as_text())))
    return 1 if audit.findings else 0


if __name__ == "__main__":
    sys.exit(main())

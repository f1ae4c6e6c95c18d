"""A git clone as its default branch grew. Only git's own reading commands are run, and the clone's settings not obeyed."""
import hashlib
import os
import subprocess
from datetime import datetime, timezone

from forms import Bad, CannotAudit

PLAIN = "100644"


class Clone:
    def __init__(self, folder):
        # Whoever may name a clone may read it, whoever owns its files; no cached graph of it tells another history.
        quiet = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "safe.directory=*"]
        quiet += ["-c", "core.commitGraph=false"]
        self.git = ["git", "--no-replace-objects", "-C", folder, *quiet]
        self.env = {
            **{"PATH": os.environ["PATH"], "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"},
            **{"GIT_GRAFT_FILE": "/dev/null", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"},
        }
        if self.run("rev-parse", "--is-shallow-repository").strip() != b"false":
            raise CannotAudit("the clone is shallow: run `git fetch --unshallow`, then audit again")
        reader = [*self.git, "cat-file", "--batch"]
        self.reader = subprocess.Popen(reader, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.env)
        # (name, time of the committer), oldest first; and for each path (number of the commit, status, mode, object).
        self.commits, self.grew = [], {}
        self.follow()
        self.number = {commit: at for at, (commit, _) in enumerate(self.commits)}
        self.files = {path: steps[-1][2] for path, steps in self.grew.items() if steps[-1][1] != "D"}

    def follow(self):
        """What each commit of the first-parent line changed; in a merge: against the branch as it was."""
        how = ["--first-parent", "--reverse", "-m", "--root", "--raw", "--no-renames", "--no-abbrev", "-z"]
        fields = iter(self.run("log", *how, "--format=%x01%H %ct", "HEAD", "--").split(b"\0"))
        for field in fields:
            field = field.lstrip(b"\n")
            if field.startswith(b"\1"):
                commit, seconds = field[1:].decode().split()
                self.commits.append((commit, datetime.fromtimestamp(int(seconds), timezone.utc)))
            elif field.startswith(b":"):
                _, mode, _, object_, status = field.decode().split()
                path = next(fields).decode("utf-8", "surrogateescape")
                self.grew.setdefault(path, []).append((len(self.commits) - 1, status, mode, object_))

    def run(self, *args):
        done = subprocess.run([*self.git, *args], capture_output=True, env=self.env)
        if done.returncode != 0:
            raise CannotAudit(done.stderr.decode(errors="replace").strip() or "git failed")
        return done.stdout

    def blob(self, name):
        self.reader.stdin.write(name.encode() + b"\n")
        self.reader.stdin.flush()
        head = self.reader.stdout.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            raise Bad("object_missing", f"git has no file {name}")
        data = self.reader.stdout.read(int(head[2]))
        self.reader.stdout.read(1)
        hashed = hashlib.new("sha256" if len(name) == 64 else "sha1", b"blob %d\0" % len(data) + data)
        if hashed.hexdigest() != name:
            raise Bad("object_other", f"git's file {name} is not what its name says")
        return data

    def read(self, path, commit=None):
        """The bytes of a plain file at a commit of the branch, or now; None where there is no such file."""
        last = len(self.commits) if commit is None else self.number.get(commit, -1)
        steps = [step for step in self.grew.get(path, ()) if step[0] <= last]
        return self.blob(steps[-1][3]) if steps and steps[-1][2] == PLAIN else None

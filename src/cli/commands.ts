// The commands there are. A command's modules are loaded when it is called, so that asking for help opens no driver.
import type { Command } from 'commander';

export interface Subcommand {
  readonly summary: string;
  load(): Promise<Command>;
}

export const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  demo: {
    summary: 'play the whole story on this machine: sign, merge, plan, back up, cut, verify, enact',
    load: async () => (await import('./demo.ts')).demoCommand(),
  },
  start: {
    summary: 'run the bot against GitHub',
    load: async () => (await import('./start.ts')).startCommand(),
  },
  sign: {
    summary: 'sign what waits for you, computed in your own clone from what git holds',
    load: async () => (await import('./sign.ts')).signCommand(),
  },
  verify: {
    summary: 'judge one approval offline: exit 0 accepted, 1 rejected, 2 could not judge',
    load: async () => (await import('./verify.ts')).verifyCommand(),
  },
  audit: {
    summary: 'judge every approval and every run of a clone, from git and the pinned keys alone',
    load: async () => (await import('./audit.ts')).auditCommand(),
  },
  receipt: {
    summary: 'prove the text of one unit from a clone, or judge such a proof: exit 0 genuine, 1 refused',
    load: async () => (await import('./receipt.ts')).receiptCommand(),
  },
  plan: {
    summary: 'show how a document would be cut into units; nothing is written',
    load: async () => (await import('./plan.ts')).planCommand(),
  },
  'dry-run': {
    summary: 'plan a document against the governed database as it stands; nothing is written',
    load: async () => (await import('./dry-run.ts')).dryRunCommand(),
  },
  readiness: {
    summary: 'show PRE-1 … PRE-8, each with its evidence and the command that closes it',
    load: async () => (await import('./readiness.ts')).readinessCommand(),
  },
  disable: {
    summary: 'switch the master off, in the state and in the governed database, then prove it',
    load: async () => (await import('./switch.ts')).disableCommand(),
  },
  disabled: {
    summary: 'prove that nothing can execute, only reading; exit 0 when it is proved',
    load: async () => (await import('./switch.ts')).disabledCommand(),
  },
  'enable-master': {
    summary:
      "take `disable` back; this alone enables nothing, each run still needs the sovereign's signatures",
    load: async () => (await import('./switch.ts')).enableMasterCommand(),
  },
  abandon: {
    summary: 'end a run for good, whatever it is doing; what it has written stays as it is',
    load: async () => (await import('./abandon.ts')).abandonCommand(),
  },
  revert: {
    summary: 'plan the compensation of a run, without touching anything',
    load: async () => (await import('./revert.ts')).revertCommand(),
  },
  db: {
    summary: 'set up and check the governed PostgreSQL database',
    load: async () => (await import('./db.ts')).dbCommand(),
  },
  state: {
    summary: "keep the bot's log, in PostgreSQL, from being rewritten with its own login",
    load: async () => (await import('./state.ts')).stateCommand(),
  },
  recorder: {
    summary: "the key that signs the bot's record: make it, show it, try it",
    load: async () => (await import('./recorder.ts')).recorderCommand(),
  },
  backup: {
    summary: 'the encrypted dumps taken before every run',
    load: async () => (await import('./backup.ts')).backupCommand(),
  },
  restore: {
    summary: 'try a restore: a backup into a scratch database, checked, held against runs/, and dropped',
    load: async () => (await import('./restore.ts')).restoreCommand(),
  },
  query: {
    summary: 'read from an embedded governed database (the demo leaves one in data/demo/governed)',
    load: async () => (await import('./query.ts')).queryCommand(),
  },
  'release-manifest': {
    summary: 'write the sha256 of every deployed file, with the source commit',
    load: async () => (await import('./release.ts')).releaseManifestCommand(),
  },
  attest: {
    summary: 'run the whole suite and attest the result for exactly this tree',
    load: async () => (await import('./release.ts')).attestCommand(),
  },
};

// What goes wrong at the command line and is a person's to mend: told as a message, without a stack. Anything else is
// ours, and shows where it happened. Faults are told by their names and codes, so that telling one loads no driver.
import type { KeyFault } from '../approval/key-ring.ts';
import type { CloneFault } from '../audit/git.ts';
import type { ConnectionUrlFault } from '../backup/connection-url.ts';
import type { ConfigFault } from '../deployment/config.ts';
import type { DirectoryInUse, NoSuchDatabase } from '../deployment/embedded-directory.ts';
import type { RecorderSignerFault } from '../deployment/external-signer.ts';
import type { StartFault } from '../deployment/preflight.ts';
import type { RecorderKeyFault } from '../deployment/recorder-key-file.ts';
import type { StateFault } from '../deployment/state-database.ts';
import type { DocumentFault } from '../document/fault.ts';
import type { GitHubFault } from '../github/client.ts';
import type { GovernedFault } from '../governed/database.ts';
import type { DemoFolderFault } from '../local/demo-folder.ts';
import type { SourceUnavailable } from '../phases/context.ts';
import type { PlanFault } from '../plan/read-plan.ts';
import type { GitHubRefusal } from '../publish/forge.ts';
import type { EventLogFault } from '../run/events.ts';
import type { SignFault } from '../sign/fault.ts';
import type { DeadlinePassed } from '../stop/deadline.ts';
import type { Stop } from '../stop/stop.ts';

/** A mistake in what was asked for. The message says what is wrong and what to do. */
export class CliFault extends Error {
  readonly code = 'asked_wrongly';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliFault';
  }
}

interface Faults {
  readonly CliFault: CliFault;
  readonly CloneFault: CloneFault;
  readonly ConfigFault: ConfigFault;
  readonly ConnectionUrlFault: ConnectionUrlFault;
  readonly DemoFolderFault: DemoFolderFault;
  readonly DeadlinePassed: DeadlinePassed;
  readonly DirectoryInUse: DirectoryInUse;
  readonly DocumentFault: DocumentFault;
  readonly EventLogFault: EventLogFault;
  readonly GitHubFault: GitHubFault;
  readonly GitHubRefusal: GitHubRefusal;
  readonly GovernedFault: GovernedFault;
  readonly KeyFault: KeyFault;
  readonly NoSuchDatabase: NoSuchDatabase;
  readonly PlanFault: PlanFault;
  readonly RecorderKeyFault: RecorderKeyFault;
  readonly RecorderSignerFault: RecorderSignerFault;
  readonly SignFault: SignFault;
  readonly SourceUnavailable: SourceUnavailable;
  readonly StartFault: StartFault;
  readonly StateFault: StateFault;
  readonly Stop: Stop;
}

/** What was being done when a fault of this kind came, and what to do by its code; null where the message says it. */
type Telling = {
  readonly [Name in Exclude<keyof Faults, 'Stop' | 'StartFault'>]: {
    readonly doing: string | null;
    readonly next: { readonly [Code in Faults[Name]['code']]: string | null };
  };
};

const LOG_NEXT = 'It may have been changed: compare it with runs/ in git before anything else.';
const PLAN_NEXT = 'Take plan.jsonl from the run record in git, unchanged.';
const KEYS_NEXT = 'Keys are looked for in SOVEREIGN_KEY_DIR; SOVEREIGN_GPG_FPR says which.';

const TELLING: Telling = {
  CliFault: { doing: null, next: { asked_wrongly: null } },
  CloneFault: {
    doing: 'reading the clone',
    next: {
      ...{ not_a_clone: null, no_such_commit: null, incomplete: null, corrupt: null, too_large: null },
      git_failed: 'Check that git is installed and can read the clone: git -C <clone> fsck',
    },
  },
  ConfigFault: { doing: null, next: { incomplete: null } },
  ConnectionUrlFault: { doing: null, next: { no_url: null, incomplete: null } },
  DemoFolderFault: { doing: "taking the demo's folder", next: { in_use: null, foreign: null } },
  DeadlinePassed: {
    doing: null,
    next: { no_answer: 'Look at what does not answer; then run the command again.' },
  },
  DirectoryInUse: { doing: 'opening the embedded database', next: { in_use: null } },
  NoSuchDatabase: {
    doing: 'opening the embedded database',
    next: { absent: 'Name the folder of one that exists, or let `countersign start` or `demo` make it.' },
  },
  DocumentFault: {
    doing: 'reading the document',
    next: { empty: null, invalid_utf8: null, nul_byte: null, too_large: null, unknown_profile: null },
  },
  EventLogFault: {
    doing: "reading a run's log",
    next: { malformed: LOG_NEXT, broken_chain: LOG_NEXT, illegal: LOG_NEXT },
  },
  GitHubFault: {
    doing: 'signing in to GitHub',
    next: {
      not_installed: 'Install it there, on that repository only.',
      wrong_credentials: "Check that APP_ID and PRIVATE_KEY belong together, and this machine's clock.",
      unreachable: 'Check GITHUB_API_URL, the network and its proxy, then start again.',
    },
  },
  GitHubRefusal: {
    doing: null,
    next: {
      unauthenticated: null,
      forbidden: null,
      not_found: null,
      gone: null,
      branch_protected: null,
      record_rewound: null,
      unprocessable: null,
      refused: null,
    },
  },
  GovernedFault: {
    doing: null,
    next: {
      connection_lost: 'Check DOT_CUTTER_DB_HOST, _PORT and _SSLMODE, and that the server is up.',
      commit_unknown: 'Run the command again: it finds out what was committed.',
      no_tls:
        'Give the server a certificate that DOT_CUTTER_DB_SSLROOTCERT trusts, or say in DOT_CUTTER_DB_SSLMODE what it has.',
      wrong_role: 'Give each role its own login: DOT_CUTTER_EXEC_DB_USER, DOT_CUTTER_VERIFY_DB_USER.',
      refused: 'Check the login and the database named in the settings, then `countersign db check`.',
    },
  },
  KeyFault: {
    doing: 'reading the pinned keys',
    next: {
      nothing_pinned: null,
      fingerprint_invalid: null,
      pinned_not_found: KEYS_NEXT,
      pinned_is_subkey: KEYS_NEXT,
      pinned_twice: KEYS_NEXT,
      private_key: KEYS_NEXT,
      pinned_in_future: null,
    },
  },
  PlanFault: {
    doing: 'reading the plan',
    next: { malformed: PLAN_NEXT, not_canonical: PLAN_NEXT, out_of_order: PLAN_NEXT },
  },
  RecorderKeyFault: {
    doing: "taking the recorder's key",
    next: {
      unreadable: null,
      exposed: null,
      malformed: 'Make one with `countersign recorder init PATH`.',
      exists: 'Name another path, or use that key.',
      in_repository: 'Name a path outside every repository: what lies in one is committed one day.',
    },
  },
  RecorderSignerFault: {
    doing: 'having the record signed',
    next: {
      failed: 'Run the command of RECORDER_SIGNER by hand, with any bytes on its input.',
      timed_out: 'Run the command of RECORDER_SIGNER by hand, with any bytes on its input.',
      malformed_answer: null,
      wrong_signature: 'RECORDER_PUBLIC_KEY must be the key of RECORDER_SIGNER.',
    },
  },
  SignFault: {
    doing: null,
    next: {
      ...{ git: null, gpg: null, no_key: null, no_terminal: null },
      ...{ asked_wrongly: null, forge: null, packed: null },
    },
  },
  SourceUnavailable: { doing: null, next: { unavailable: 'Run the command again in a while.' } },
  StateFault: {
    doing: "opening the bot's own state",
    next: {
      unreachable: 'Check DATABASE_URL, and that the server is up.',
      refused: 'Check user, password and database in DATABASE_URL.',
      no_tls: 'Give the server a trusted certificate, or say in DATABASE_URL (sslmode) what it has.',
      governed: 'Make a database of its own for the state, and name that in DATABASE_URL.',
    },
  },
};

/** What went wrong, for people; undefined for a defect of ours. A password never stands in it. */
export function messageFor(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isStop(error)) return error.detail;
  if (isStartFault(error)) return tellStart(error);
  return tellNamed(error) ?? tellSystem(error);
}

function isStop(error: Error): error is Stop {
  return error.name === 'Stop' && 'detail' in error;
}

function isStartFault(error: Error): error is StartFault {
  return error.name === 'StartFault' && 'causes' in error;
}

/** Everything at once; a defect among the causes is told as one, with its own stack. */
function tellStart({ message, causes }: StartFault): string | undefined {
  const told = causes.map((cause) =>
    cause instanceof Error ? messageFor(cause) : `${cause.what}\n${cause.next}`,
  );
  if (told.includes(undefined)) return undefined;
  const entries = told.map((text) => `  - ${text?.replaceAll('\n', '\n    ')}`);
  return [`${message}:`, ...entries].join('\n');
}

function tellNamed(error: Error): string | undefined {
  if (!Object.hasOwn(TELLING, error.name)) return undefined;
  const { doing, next } = TELLING[error.name as keyof Telling];
  const code = 'code' in error ? String(error.code) : '';
  if (!Object.hasOwn(next, code)) return undefined;
  const action = (next as Readonly<Record<string, string | null>>)[code];
  return `${doing === null ? '' : `${doing}: `}${error.message}${action ? `\n${action}` : ''}`;
}

/** What the system refuses: a file, a port, an address. */
function tellSystem(error: Error): string | undefined {
  // A name that leads to several addresses fails once for each of them; the first one tells enough.
  if (error instanceof AggregateError)
    return error.errors[0] instanceof Error ? tellSystem(error.errors[0]) : undefined;
  const { syscall, code, port } = error as NodeJS.ErrnoException & { port?: unknown };
  if (syscall === undefined) return undefined;
  if (syscall === 'listen') {
    const why = code === 'EADDRINUSE' ? `port ${port} is taken by another process` : error.message;
    return `listening for GitHub's webhooks: ${why}\nSet HOST and PORT to an address that is free and that this user may open.`;
  }
  if (syscall === 'connect' || syscall === 'getaddrinfo')
    return `reaching a server: ${error.message}\nCheck the addresses in the settings, the network, and that the server is up.`;
  return 'path' in error ? error.message : undefined;
}

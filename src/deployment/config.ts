// Settings: the environment and orchestrator.config.json, read once into a frozen value.
// The only reader of process.env; every missing or malformed setting is reported in one list, never defaulted to something unsafe.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DEPLOYMENT_NAME_FORM, DEPLOYMENT_NAME_WORDS } from '../approval/deployment-name.ts';
import { clashingDocumentIds, DOCUMENT_ID_FORM, DOCUMENT_ID_WORDS } from '../approval/document-id.ts';
import { FINGERPRINT_FORM, tidyFingerprint } from '../approval/fingerprint.ts';
import { PURPOSES } from '../approval/gates.ts';
import type { ToolEnvironment } from '../backup/tool.ts';
import { COMMIT_ID_FORM } from '../digest/commit-id.ts';
import { PROFILE_NAMES } from '../document/profile.ts';
import { DEFAULT_GRANULARITY, GRANULARITIES } from '../document/unit.ts';
import type { GitHubSettings } from '../github/client.ts';
import { type GovernedPlace, type GovernedSettings, type Login, SSL_MODES } from '../governed/place.ts';
import type { KbSettings } from '../publish/kb.ts';
import type { TimeStampAuthority } from '../publish/time-stamps.ts';
import type { Target } from '../run/target.ts';
import { type RecorderSettings, readRecorderSettings } from './recorder-settings.ts';
import { authoritiesSchema, readAuthorities } from './time-stamp-settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the configuration file is looked for. */
export const CONFIG_FILE = 'orchestrator.config.json';

/** The environment of this process, for whoever hands it to the readers below. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Thrown with every problem found, so that one start shows all that is missing. */
export class ConfigFault extends Error {
  readonly code = 'incomplete';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the settings are not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigFault';
    this.problems = problems;
  }
}

const text = z.string().trim().min(1, 'is missing or empty');
const fingerprint = z
  .string()
  .transform(tidyFingerprint)
  .pipe(
    z
      .string()
      .regex(
        FINGERPRINT_FORM,
        'must be a full 40-digit fingerprint (gpg --fingerprint), never a short key id',
      ),
  );
const fingerprints = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .pipe(z.array(fingerprint).min(1));
const port = z.coerce.number().int().min(0).max(65_535);

const login = (prefix: string) =>
  ({ [`${prefix}_USER`]: text, [`${prefix}_PASSWORD`]: text }) as Record<
    `${string}_USER` | `${string}_PASSWORD`,
    typeof text
  >;

const governedEnvironment = z.object({
  DOT_CUTTER_DB_HOST: text,
  DOT_CUTTER_DB_PORT: port.default(5432),
  DOT_CUTTER_DB_NAME: text,
  DOT_CUTTER_DB_SSLMODE: z.enum(SSL_MODES).default('verify-full'),
  DOT_CUTTER_DB_SSLROOTCERT: text.optional(),
});

export interface BackupSettings {
  readonly recipient: string;
  readonly keyDirectory: string;
  readonly directory: string;
  readonly tools: ToolEnvironment;
  /** `restore` also restores the dump into a scratch database and compares it. */
  readonly proof: 'none' | 'restore';
}

export interface SovereignSettings {
  /** Pinned primary-key fingerprints: 40 upper-case hexadecimal digits each. */
  readonly fingerprints: readonly string[];
  readonly keyDirectory: string;
}

const targetSchema: z.ZodType<Target, unknown> = z.strictObject({
  document_id: z.string().regex(DOCUMENT_ID_FORM, `must be ${DOCUMENT_ID_WORDS}`),
  path: z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\0\\]+$/, 'must be a path inside the repository'),
  profile: text
    .refine((name) => PROFILE_NAMES.includes(name), `must be one of ${PROFILE_NAMES.join(', ')}`)
    .optional(),
  granularity: z.enum(GRANULARITIES).default(DEFAULT_GRANULARITY),
});

// Two ids that differ in case alone would be two documents to a comparison of strings and one to a reader.
function refuseClashes(targets: readonly { document_id: string }[], context: z.RefinementCtx): void {
  for (const pair of clashingDocumentIds(targets.map(({ document_id }) => document_id)))
    context.addIssue({
      code: 'custom',
      message: `must not hold one document_id twice, whatever its case: ${pair}`,
    });
}

/** One file under two names would be cut twice. */
function refuseSamePath(targets: readonly { path: string }[], context: z.RefinementCtx): void {
  const paths = targets.map(({ path }) => path);
  for (const path of new Set(paths.filter((one, index) => paths.indexOf(one) < index)))
    context.addIssue({ code: 'custom', message: `must not name one path twice: ${path}` });
}

const orchestratorSchema = z.strictObject({
  repository: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, 'must be owner/name'),
  deployment: z
    .string({ error: 'is missing' })
    .regex(DEPLOYMENT_NAME_FORM, `must be ${DEPLOYMENT_NAME_WORDS}`),
  deployed_source_commit: z.string().regex(COMMIT_ID_FORM).optional(),
  targets: z
    .array(targetSchema)
    .min(1, 'needs at least one document')
    .superRefine(refuseClashes)
    .superRefine(refuseSamePath),
  policy: z
    .strictObject({
      sg1_only: z.boolean().default(false),
      thresholds: z.partialRecord(z.enum(PURPOSES), z.number().int().min(1).max(16)).default({}),
      master_off: z.boolean().default(false),
    })
    .prefault({}),
  kb: z
    .strictObject({ endpoint: z.url().refine(isOwnOrTls, 'must be https, or http to this machine') })
    .optional(),
  time_stamps: authoritiesSchema,
  reviewers: z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/)).default([]),
  sovereigns: z
    .array(
      z.strictObject({
        login: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, 'must be a login'),
        fingerprint,
      }),
    )
    .default([]),
  governed: z.enum(['postgres', 'embedded']).default('postgres'),
  data: text.default('data'),
});

function isOwnOrTls(url: string): boolean {
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
  );
}

export type OrchestratorSettings = Readonly<z.infer<typeof orchestratorSchema>>;

export interface Config {
  readonly orchestrator: OrchestratorSettings;
  readonly github: GitHubSettings;
  readonly sovereign: SovereignSettings;
  readonly backup: BackupSettings;
  /** undefined: the embedded database under `data`, only where the configuration file says so. */
  readonly governed:
    | (GovernedSettings & { readonly backup: Login; readonly proof: Login | undefined })
    | undefined;
  readonly recorder: RecorderSettings;
  /** undefined: phase reports go to git alone. */
  readonly kb: KbSettings | undefined;
  /** Who is asked for time stamps, in this order; nobody where there is none. */
  readonly authorities: readonly TimeStampAuthority[];
  /** undefined: the bot's own state is embedded under `data`. */
  readonly stateUrl: string | undefined;
}

/** Reads every setting of `npm start`. Throws ConfigFault naming all that is missing or malformed. */
export function readConfig(environment: Environment, configPath: string): Config {
  const problems: string[] = [];
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigFault)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const orchestrator = collect(() => readOrchestrator(configPath));
  const app = collect(() => readGitHub(environment));
  const privateKey = collect(() => readPrivateKey(environment));
  const sovereign = collect(() => readSovereign(environment));
  const backup = collect(() => readBackup(environment));
  const server =
    orchestrator?.governed === 'embedded' ? undefined : readServer(environment, { collect, backup });
  const stateUrl = collect(() => readStateUrl(environment));
  const ownFolder = orchestrator?.governed === 'embedded' ? orchestrator.data : undefined;
  const recorder = collect(() => readRecorder(environment, { ownFolder }));
  const kb = orchestrator?.kb && collect(() => readKb(environment, orchestrator.kb));
  const { authorities, problems: unpinned } = readAuthorities(orchestrator?.time_stamps ?? []);
  problems.push(...unpinned);
  problems.push(...impossibleThresholds(orchestrator, sovereign), ...strangers(orchestrator, sovereign));
  problems.push(...sharedDatabase(server, stateUrl));
  if (problems.length > 0 || !orchestrator || !app || !privateKey || !sovereign || !backup || !recorder) {
    throw new ConfigFault(problems);
  }
  const github = { ...app, privateKey };
  return Object.freeze({
    ...{ orchestrator, github, sovereign, backup, recorder, kb, stateUrl },
    ...{ governed: server, authorities },
  });
}

/** A gate that asks for more people than are pinned can never be opened: said at the start, not at the first signature. */
function impossibleThresholds(
  orchestrator: OrchestratorSettings | undefined,
  sovereign: SovereignSettings | undefined,
): string[] {
  if (!orchestrator || !sovereign) return [];
  const pinned = new Set(sovereign.fingerprints.map(tidyFingerprint)).size;
  return Object.entries(orchestrator.policy.thresholds)
    .filter(([, wanted]) => wanted > pinned)
    .map(
      ([gate, wanted]) =>
        `policy.thresholds asks for ${wanted} signers at ${gate}, but SOVEREIGN_GPG_FPR pins ${pinned}`,
    );
}

/** By the names in the settings; by another name for the same server it is found out when the state is opened. */
function sharedDatabase(server: Config['governed'], stateUrl: string | undefined): string[] {
  const state = stateUrl === undefined ? null : URL.parse(stateUrl);
  if (!server || !state) return [];
  const same =
    state.hostname.toLowerCase() === server.host.toLowerCase() &&
    Number(state.port || 5432) === server.port &&
    decodeURIComponent(state.pathname.slice(1)) === server.database;
  return same
    ? ['DATABASE_URL names the governed database: make a database of its own for the state, and name that']
    : [];
}

/** A login for a key that is not pinned would be asked for a signature that opens nothing. */
function strangers(
  orchestrator: OrchestratorSettings | undefined,
  sovereign: SovereignSettings | undefined,
): string[] {
  if (!orchestrator || !sovereign) return [];
  return orchestrator.sovereigns
    .filter(({ fingerprint: named }) => !sovereign.fingerprints.includes(named))
    .map(
      ({ login, fingerprint: named }) =>
        `sovereigns names ${login} with ${named}, which SOVEREIGN_GPG_FPR does not pin`,
    );
}

// Each login is read by itself, so that one list names everything that is missing.
function readServer(
  environment: Environment,
  { collect, backup }: { collect: <T>(read: () => T) => T | undefined; backup: BackupSettings | undefined },
): Config['governed'] {
  const settings = collect(() => readGoverned(environment));
  const dumps = collect(() => readBackupLogin(environment));
  const proof = backup?.proof === 'restore' ? collect(() => readProofLogin(environment)) : undefined;
  return settings && dumps && { ...settings, backup: dumps, proof };
}

export function readOrchestrator(path: string): OrchestratorSettings {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new ConfigFault([`${path} ${why}: ${error instanceof Error ? error.message : String(error)}`]);
  }
  return parse(orchestratorSchema, raw, `${path}: `);
}

export function readGoverned(environment: Environment): GovernedSettings {
  const schema = governedEnvironment.extend({
    ...login('DOT_CUTTER_EXEC_DB'),
    ...login('DOT_CUTTER_VERIFY_DB'),
  });
  const value = parse(schema, environment);
  return {
    ...connection(value),
    exec: loginIn(value, 'DOT_CUTTER_EXEC_DB'),
    verify: loginIn(value, 'DOT_CUTTER_VERIFY_DB'),
  };
}

/** The login that dumps: it reads everything (SELECT on every table that is dumped) and writes nothing. */
export function readBackupLogin(environment: Environment): Login {
  return readLogin(environment, 'DOT_CUTTER_BACKUP_DB');
}

/** The login that writes, for whoever needs no other: it switches the governed database off. */
export function readExecLogin(environment: Environment): Login {
  return readLogin(environment, 'DOT_CUTTER_EXEC_DB');
}

/** Where the governed database is, without anybody's login. */
export function readGovernedPlace(environment: Environment): GovernedPlace {
  return connection(parse(governedEnvironment, environment));
}

/** The login that restores a backup into a scratch database to prove it: it may create databases. */
export function readProofLogin(environment: Environment): Login {
  return readLogin(environment, 'DOT_CUTTER_PROOF_DB');
}

/** The administrator's login alone, for `enable-master`. */
export function readAdminLogin(environment: Environment): Login {
  return readLogin(environment, 'DOT_CUTTER_ADMIN_DB');
}

/** The admin pair, for `db` commands only: the running bot never holds it. */
export function readGovernedAdmin(environment: Environment): GovernedPlace & { admin: Login } {
  const prefix = 'DOT_CUTTER_ADMIN_DB';
  const value = parse(governedEnvironment.extend(login(prefix)), environment);
  return { ...connection(value), admin: loginIn(value, prefix) };
}

function connection(value: z.infer<typeof governedEnvironment>): GovernedPlace {
  return {
    host: value.DOT_CUTTER_DB_HOST,
    port: value.DOT_CUTTER_DB_PORT,
    database: value.DOT_CUTTER_DB_NAME,
    sslMode: value.DOT_CUTTER_DB_SSLMODE,
    sslRootCertificate: value.DOT_CUTTER_DB_SSLROOTCERT,
  };
}

function readLogin(environment: Environment, prefix: string): Login {
  return loginIn(parse(z.object(login(prefix)), environment), prefix);
}

function loginIn(value: Record<string, unknown>, prefix: string): Login {
  return { user: String(value[`${prefix}_USER`]), password: String(value[`${prefix}_PASSWORD`]) };
}

export function readSovereign(environment: Environment): SovereignSettings {
  const schema = z.object({ SOVEREIGN_GPG_FPR: fingerprints, SOVEREIGN_KEY_DIR: text });
  const value = parse(schema, environment);
  return { fingerprints: value.SOVEREIGN_GPG_FPR, keyDirectory: resolve(value.SOVEREIGN_KEY_DIR) };
}

export function readBackup(environment: Environment): BackupSettings {
  const schema = z.object({
    BACKUP_GPG_FPR: fingerprint,
    BACKUP_KEY_DIR: text,
    BACKUP_DIR: text,
    BACKUP_PROOF: z.enum(['none', 'restore']).default('none'),
  });
  const value = parse(schema, environment);
  return {
    recipient: value.BACKUP_GPG_FPR,
    keyDirectory: resolve(value.BACKUP_KEY_DIR),
    directory: resolve(value.BACKUP_DIR),
    proof: value.BACKUP_PROOF,
    tools: readTools(environment),
  };
}

/** Where the recorder's keys are. Throws ConfigFault, also for a key file that cannot be used. */
export function readRecorder(
  environment: Environment,
  { ownFolder }: { ownFolder: string | undefined },
): RecorderSettings {
  const read = readRecorderSettings(environment, { ownFolder });
  if (!read.ok) throw new ConfigFault(read.problems);
  return read.settings;
}

/** Where pg_dump, psql and gpg are found. */
export function readTools({ PATH, HOME }: Environment): ToolEnvironment {
  return { ...(PATH && { PATH }), ...(HOME && { HOME }) };
}

function readGitHub(environment: Environment): Omit<GitHubSettings, 'privateKey'> {
  const schema = z.object({
    APP_ID: z.coerce.number({ error: 'is missing or not a number' }).int().positive(),
    WEBHOOK_SECRET: z.string({ error: 'is missing' }).min(20, 'needs at least 20 characters of randomness'),
    GITHUB_API_URL: z.url().default('https://api.github.com'),
    HOST: text.default('127.0.0.1'),
    PORT: port.default(3000),
  });
  const value = parse(schema, environment);
  return {
    appId: value.APP_ID,
    webhookSecret: value.WEBHOOK_SECRET,
    apiUrl: value.GITHUB_API_URL.replace(/\/+$/, ''),
    host: value.HOST,
    port: value.PORT,
  };
}

function readKb(
  environment: Environment,
  kb: { readonly endpoint: string } | undefined,
): KbSettings | undefined {
  if (!kb) return undefined;
  const [, base64] =
    /^whsec_([A-Za-z0-9+/]{32,}={0,2})$/.exec(environment['KB_SIGNING_SECRET']?.trim() ?? '') ?? [];
  if (!base64)
    throw new ConfigFault([
      'KB_SIGNING_SECRET is missing or malformed: it must be whsec_ and the base64 of at least 24 random bytes, as kb.endpoint is set',
    ]);
  return { endpoint: kb.endpoint, secret: new Uint8Array(Buffer.from(base64, 'base64')) };
}

/** undefined: the state is kept beside the software. The message never holds the URL, which has a password in it. */
export function readStateUrl(environment: Environment): string | undefined {
  return readUrl(environment, 'DATABASE_URL');
}

/** An administrator of the state database, for `state protect --apply` only: the running bot never holds it. */
export function readStateAdminUrl(environment: Environment): string {
  const url = readUrl(environment, 'STATE_ADMIN_URL');
  if (url === undefined) throw new ConfigFault(['STATE_ADMIN_URL is missing']);
  return url;
}

function readUrl(environment: Environment, name: string): string | undefined {
  const given = environment[name]?.trim();
  if (!given) return undefined;
  if (/^postgres(ql)?:$/.test(URL.parse(given)?.protocol ?? '')) return given;
  throw new ConfigFault([
    `${name} must be a URL like postgres://user:password@host:5432/database, with % for special characters`,
  ]);
}

function readPrivateKey(environment: Environment): string {
  const given = environment['PRIVATE_KEY']?.trim();
  if (given) return checkedKey('PRIVATE_KEY', given.replaceAll('\\n', '\n'));
  const path = environment['PRIVATE_KEY_PATH']?.trim();
  if (!path) throw new ConfigFault(['PRIVATE_KEY or PRIVATE_KEY_PATH is missing (the App private key, PEM)']);
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigFault([`PRIVATE_KEY_PATH: ${path} cannot be read`]);
  }
  return checkedKey(`PRIVATE_KEY_PATH: ${path}`, pem);
}

function checkedKey(name: string, pem: string): string {
  try {
    createPrivateKey(pem);
    return pem;
  } catch {
    throw new ConfigFault([`${name} is not a private key in PEM form, as GitHub gives it for the App`]);
  }
}

function parse<T extends z.ZodType>(schema: T, raw: unknown, prefix = ''): z.output<T> {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw new ConfigFault(
    result.error.issues.map((issue) => {
      const missing = issue.code === 'invalid_type' && issue.input === undefined;
      return `${prefix}${issue.path.join('.') || 'the file'} ${missing ? 'is missing' : issue.message}`;
    }),
  );
}

// The pinned keys as rows of signer_key, and the thresholds beside them: what the guard judges signatures by. The
// certificates are judged by openpgp.js (approval/certificate.ts); the database only ever sees the outcome and the numbers.
import { z } from 'zod';
import type { SigningKey } from '../approval/certificate.ts';
import type { KeyRing } from '../approval/key-ring.ts';
import { sha256 } from '../digest/digest.ts';
import type { Reader, Writer } from './database.ts';

/** What the deployment pins: keys by its settings, thresholds by its policy. */
export interface SignerSet {
  readonly keys: readonly SignerKey[];
  readonly thresholds: Readonly<Record<string, number>>;
}

export interface SignerKey {
  readonly key: string;
  readonly primary: string;
  readonly algorithm: number;
  /** Hexadecimal: the modulus, or the 32 octets of the point; null where the guard verifies nothing with it. */
  readonly material: string | null;
  readonly exponent: string | null;
  readonly validFrom: string;
  readonly endsAt: string | null;
  readonly revoked: boolean;
  readonly unfit: string | null;
}

export interface SignerChange {
  readonly kind: 'add' | 'change' | 'remove';
  /** `key <fingerprint>` or `threshold <gate>`. */
  readonly subject: string;
  readonly detail: string;
}

export function signerSet(ring: KeyRing, thresholds: SignerSet['thresholds'] = {}): SignerSet {
  return { keys: [...ring.keys.values()].map(signerKey), thresholds };
}

function signerKey({ fingerprint, primary, createdAt, expiresAt, unusable, packet }: SigningKey): SignerKey {
  const { material, exponent } = numbersOf(packet);
  const revoked = unusable === 'key_revoked';
  return {
    key: fingerprint,
    primary,
    algorithm: packet.algorithm,
    material: material && Buffer.from(material).toString('hex'),
    exponent: exponent && Buffer.from(exponent).toString('hex'),
    validFrom: createdAt.toISOString(),
    endsAt: expiresAt?.toISOString() ?? null,
    revoked,
    unfit: revoked ? null : (unusable ?? null),
  };
}

const octets = z.instanceof(Uint8Array);
const rsa = z.object({ n: octets, e: octets });
const eddsaLegacy = z.object({ Q: octets.refine((point) => point.length === 33 && point[0] === 0x40) });
const ed25519 = z.object({ A: octets.refine((point) => point.length === 32) });

/** Keys of any other kind are `weak_key` and need no numbers. */
function numbersOf({ algorithm, publicParams }: SigningKey['packet']): {
  material: Uint8Array | null;
  exponent: Uint8Array | null;
} {
  switch (Number(algorithm)) {
    case 1: {
      const { n, e } = rsa.parse(publicParams);
      return { material: n, exponent: e };
    }
    case 22:
      return { material: eddsaLegacy.parse(publicParams).Q.subarray(1), exponent: null };
    case 27:
      return { material: ed25519.parse(publicParams).A, exponent: null };
    default:
      return { material: null, exponent: null };
  }
}

/** What `applySigners` would do; nothing when the database holds exactly this set. */
export async function planSigners(writer: Reader, set: SignerSet): Promise<readonly SignerChange[]> {
  return compareSigners(writer, await asTheGuardJudges(writer, set));
}

/** Writes the set as workflow_admin and returns what changed. */
export async function applySigners(writer: Writer, set: SignerSet): Promise<readonly SignerChange[]> {
  const judged = await asTheGuardJudges(writer, set);
  const changes = await compareSigners(writer, judged);
  if (changes.length === 0) return changes;
  await writer.write(APPLY_KEYS, [JSON.stringify(judged.keys)]);
  await writer.write(REMOVE_KEYS, [judged.keys.map(({ key }) => key)]);
  await writer.write(APPLY_THRESHOLDS, [JSON.stringify(judged.thresholds)]);
  await writer.write(REMOVE_THRESHOLDS, [Object.keys(judged.thresholds)]);
  return changes;
}

/** For readiness, as any role: how the database's signers differ from the pinned ones. */
export async function compareSigners(reader: Reader, set: SignerSet): Promise<readonly SignerChange[]> {
  const held = await readSigners(reader);
  return [
    ...differences('key', {
      wanted: new Map(set.keys.map((key) => [key.key, describe(key)])),
      held: new Map(held.keys.map((key) => [key.key, describe(key)])),
    }),
    ...differences('threshold', {
      wanted: new Map(
        Object.entries(set.thresholds).map(([gate, count]) => [gate, `at least ${count} of them`]),
      ),
      held: new Map(
        Object.entries(held.thresholds).map(([gate, count]) => [gate, `at least ${count} of them`]),
      ),
    }),
  ];
}

function differences(
  what: 'key' | 'threshold',
  { wanted, held }: { wanted: ReadonlyMap<string, string>; held: ReadonlyMap<string, string> },
): SignerChange[] {
  return [...new Set([...wanted.keys(), ...held.keys()])].sort().flatMap((name): SignerChange[] => {
    const [will, is] = [wanted.get(name), held.get(name)];
    const subject = `${what} ${name}`;
    if (will === is) return [];
    if (is === undefined) return [{ kind: 'add', subject, detail: will ?? '' }];
    if (will === undefined) return [{ kind: 'remove', subject, detail: is }];
    return [{ kind: 'change', subject, detail: `${is} → ${will}` }];
  });
}

/** Everything of a key that a verdict depends on, in one line. */
function describe(key: SignerKey): string {
  const use = key.revoked ? 'revoked' : (key.unfit ?? 'may sign');
  const numbers = sha256(`${key.material} ${key.exponent}`).slice(0, 16);
  return [
    `of ${key.primary}`,
    `algorithm ${key.algorithm}`,
    `numbers ${numbers}`,
    `from ${key.validFrom}`,
    `until ${key.endsAt ?? 'revoked or removed'}`,
    use,
  ].join(', ');
}

const held = z.array(
  z.object({
    key: z.string(),
    primary: z.string(),
    algorithm: z.number(),
    material: z.string().nullable(),
    exponent: z.string().nullable(),
    validFrom: z.date(),
    endsAt: z.date().nullable(),
    revoked: z.boolean(),
    unfit: z.string().nullable(),
  }),
);
const thresholdRows = z.array(z.object({ gate: z.string(), signers: z.number() }));

async function readSigners(reader: Reader): Promise<SignerSet> {
  const keys = held.parse(await reader.query(READ_KEYS));
  const thresholds = thresholdRows.parse(
    await reader.query('SELECT gate, signers FROM cutter_governance.gate_threshold'),
  );
  return {
    keys: keys.map((key) => ({
      ...key,
      validFrom: key.validFrom.toISOString(),
      endsAt: key.endsAt?.toISOString() ?? null,
    })),
    thresholds: Object.fromEntries(thresholds.map(({ gate, signers }) => [gate, signers])),
  };
}

/** The guard refuses a key under which anything could be forged, whatever its certificate says. */
async function asTheGuardJudges(reader: Reader, set: SignerSet): Promise<SignerSet> {
  const sound = z
    .array(z.object({ key: z.string() }))
    .parse(await reader.query(SOUND_KEYS, [JSON.stringify(set.keys)]));
  const isSound = new Set(sound.map(({ key }) => key));
  const keys = set.keys.map((key) =>
    key.revoked || key.unfit !== null || isSound.has(key.key) ? key : { ...key, unfit: 'weak_key' },
  );
  return { ...set, keys };
}

const GIVEN_KEYS = `jsonb_to_recordset($1::jsonb) AS one (key text, "primary" text, algorithm integer, material text, exponent text,
  "validFrom" timestamptz, "endsAt" timestamptz, revoked boolean, unfit text)`;

const SOUND_KEYS = `
  SELECT key FROM ${GIVEN_KEYS}
   WHERE cutter_guard.key_is_sound(algorithm, decode(material, 'hex'), decode(exponent, 'hex'))`;

const READ_KEYS = `
  SELECT key_fingerprint AS key, primary_fingerprint AS "primary", algorithm, encode(material, 'hex') AS material,
         encode(exponent, 'hex') AS exponent, valid_from AS "validFrom", ends_at AS "endsAt",
         revoked_at IS NOT NULL AS revoked, unfit
    FROM cutter_governance.signer_key ORDER BY primary_fingerprint, key_fingerprint`;

const APPLY_KEYS = `
  INSERT INTO cutter_governance.signer_key AS held (
    key_fingerprint, primary_fingerprint, algorithm, material, exponent, valid_from, ends_at, revoked_at, unfit)
  SELECT key, "primary", algorithm, decode(material, 'hex'), decode(exponent, 'hex'), "validFrom", "endsAt",
         CASE WHEN revoked THEN transaction_timestamp() END, unfit
    FROM ${GIVEN_KEYS}
  ON CONFLICT (key_fingerprint) DO UPDATE
     SET primary_fingerprint = excluded.primary_fingerprint, algorithm = excluded.algorithm, material = excluded.material,
         exponent = excluded.exponent, valid_from = excluded.valid_from, ends_at = excluded.ends_at,
         revoked_at = CASE WHEN excluded.revoked_at IS NOT NULL THEN coalesce(held.revoked_at, excluded.revoked_at) END,
         unfit = excluded.unfit, loaded_at = excluded.loaded_at`;

const REMOVE_KEYS = 'DELETE FROM cutter_governance.signer_key WHERE key_fingerprint <> ALL ($1::text[])';

const APPLY_THRESHOLDS = `
  INSERT INTO cutter_governance.gate_threshold (gate, signers)
  SELECT key, value::integer FROM jsonb_each_text($1::jsonb)
  ON CONFLICT (gate) DO UPDATE SET signers = excluded.signers`;

const REMOVE_THRESHOLDS = 'DELETE FROM cutter_governance.gate_threshold WHERE gate <> ALL ($1::text[])';

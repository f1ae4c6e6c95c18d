// What the guard asks of an approval beyond the committed vectors: every binding of its gate, this deployment, single use,
// withdrawal; and what fn_admit keeps.
import { readArmor } from '../../../src/approval/armor.ts';
import { sha256 } from '../../../src/digest/digest.ts';
import type { Writer } from '../../../src/governed/database.ts';
import { applySigners } from '../../../src/governed/signers.ts';
import { armor, expiresAfter } from '../../conformance/approvals/make/packets.ts';
import type { GuardCase } from './guard-case.ts';
import { answerIn, judge } from './guard-database.ts';
import { approvalText, makeSigner, type Signer, signed, utc } from './signer.ts';

const DIGEST = 'a'.repeat(64);
const RUN = 'run-20260520-0123456789abcdef';

/** Everything that the guard demands for each gate. */
export const BOUND: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GAP7_execution_enable: {
    deployment: 'production',
    document_id: 'ICX-CONST',
    mode: 'LIVE',
    source_sha256: DIGEST,
    recorder_key: 'b'.repeat(64),
  },
  SG_1_cut_authz: { run_id: RUN, cutplan_sha256: DIGEST, event_log_sha256: DIGEST },
  SG_2_lifecycle_authz: { run_id: RUN, evidence_sha256: DIGEST, event_log_sha256: DIGEST },
  SG_R_revert_authz: { run_id: RUN, revert_plan_sha256: DIGEST, event_log_sha256: DIGEST },
  SG_H_release_authz: { run_id: RUN, event_log_sha256: DIGEST },
  SG_W_withdrawal: { approval_sha256: DIGEST },
};

interface Parties {
  readonly first: Signer;
  readonly second: Signer;
}

export async function admissionCases(): Promise<GuardCase[]> {
  const parties = { first: await makeSigner('first'), second: await makeSigner('second') };
  return [
    ...bindingCases(parties),
    ...valueCases(parties),
    ...judgementCases(parties),
    ...admitCases(parties),
  ];
}

async function install(
  writer: Writer,
  parties: Parties,
  thresholds: Record<string, number> = {},
): Promise<void> {
  await applySigners(writer, { keys: [...parties.first.rows, ...parties.second.rows], thresholds });
  await writer.write("INSERT INTO cutter_governance.deployment (name) VALUES ('production')");
}

const SIGNED_AT = new Date('2026-05-21T10:00:00Z');
const NOW = new Date('2026-05-21T12:00:00Z');

function textFor(gate: string, bindings: Readonly<Record<string, string>>, at = SIGNED_AT): string {
  return approvalText({ gate, signed_utc: utc(at), allowance: 'explicit', ...bindings });
}

function judged(
  name: string,
  parties: Parties,
  options: {
    text: string;
    expected: string;
    before?: string;
    field?: string;
    now?: Date;
    bound?: boolean;
    at?: Date;
  },
): GuardCase {
  const { text, expected, before, field, now = NOW, bound = true, at = SIGNED_AT } = options;
  return {
    name: `admission: ${name}`,
    expected,
    async ask(writer) {
      await install(writer, parties);
      if (before) await writer.script(before);
      const document = Buffer.from(text);
      const row = await judge(writer, {
        document,
        signatures: [signed(parties.first, text, { at })],
        now,
        bound,
      });
      if (field) return JSON.stringify(row[field]);
      return answerIn(row);
    },
  };
}

function bindingCases(parties: Parties): GuardCase[] {
  const { GAP7_execution_enable: opening = {} } = BOUND;
  const without = (bindings: Readonly<Record<string, string>>, name: string) =>
    Object.fromEntries(Object.entries(bindings).filter(([key]) => key !== name));
  return [
    ...Object.entries(BOUND).flatMap(([gate, bindings]) => [
      judged(`${gate} with all that it needs`, parties, {
        text: textFor(gate, bindings),
        expected: 'accepted',
      }),
      ...Object.keys(bindings).map((name) =>
        judged(`${gate} without ${name}`, parties, {
          ...{ text: textFor(gate, without(bindings, name)), expected: 'binding_missing' },
        }),
      ),
    ]),
    judged('GAP7 with all that it may name', parties, {
      text: textFor('GAP7_execution_enable', {
        ...opening,
        ...{ run_id: RUN, recorder_key: DIGEST, accepts_sha256: DIGEST },
      }),
      expected: 'accepted',
    }),
    judged('GAP7 for another deployment', parties, {
      text: textFor('GAP7_execution_enable', { ...opening, deployment: 'staging' }),
      expected: 'binding_mismatch',
    }),
    judged('GAP7 for a deployment whose name begins with this one', parties, {
      text: textFor('GAP7_execution_enable', { ...opening, deployment: 'production-2' }),
      expected: 'binding_mismatch',
    }),
    judged('GAP7 where the database has no name', parties, {
      ...{ text: textFor('GAP7_execution_enable', opening), expected: 'binding_mismatch' },
      before: 'DELETE FROM cutter_governance.deployment',
    }),
    judged('GAP7 with an unseen binding, when bindings are not asked', parties, {
      ...{ text: textFor('GAP7_execution_enable', { document_id: 'x' }), expected: 'accepted', bound: false },
    }),
  ];
}

function valueCases(parties: Parties): GuardCase[] {
  const {
    GAP7_execution_enable: opening = {},
    SG_1_cut_authz: cut = {},
    SG_W_withdrawal: withdrawal = {},
  } = BOUND;
  const invalid = (gate: string, bindings: Readonly<Record<string, string>>) =>
    judged(`${gate} with ${JSON.stringify(bindings)}`, parties, {
      ...{ text: textFor(gate, { ...BOUND[gate], ...bindings }), expected: 'value_invalid' },
    });
  const unknown = (gate: string, key: string) =>
    judged(`${gate} with the foreign key ${key}`, parties, {
      ...{ text: textFor(gate, { ...BOUND[gate], [key]: DIGEST }), expected: 'unknown_key' },
    });
  return [
    ...['document_id', 'deployment'].flatMap((name) => [
      invalid('GAP7_execution_enable', { [name]: `a/${opening[name]}` }),
      invalid('GAP7_execution_enable', { [name]: 'a'.repeat(64) }),
      invalid('GAP7_execution_enable', { [name]: '"-a"' }),
    ]),
    invalid('GAP7_execution_enable', { mode: 'LIVELY' }),
    invalid('GAP7_execution_enable', { mode: '""' }),
    invalid('GAP7_execution_enable', { recorder_key: DIGEST.toUpperCase() }),
    invalid('GAP7_execution_enable', { accepts_sha256: `${DIGEST}a` }),
    invalid('SG_1_cut_authz', { run_id: `${cut['run_id']}0` }),
    invalid('SG_1_cut_authz', { event_log_sha256: 'g'.repeat(64) }),
    invalid('SG_W_withdrawal', { approval_sha256: `x${withdrawal['approval_sha256']}` }),
    unknown('SG_1_cut_authz', 'evidence_sha256'),
    unknown('SG_W_withdrawal', 'source_sha256'),
    judged('a renewal that names its run is for that run', parties, {
      text: textFor('GAP7_execution_enable', { ...opening, run_id: RUN }),
      ...{ expected: JSON.stringify(RUN), field: 'run_id' },
    }),
    judged('a withdrawal is for no run', parties, {
      ...{ text: textFor('SG_W_withdrawal', withdrawal), expected: 'null', field: 'run_id' },
    }),
  ];
}

function judgementCases(parties: Parties): GuardCase[] {
  const text = textFor('SG_H_release_authz', BOUND['SG_H_release_authz'] ?? {});
  const asked = (name: string, expected: string, ask: (writer: Writer) => Promise<string>): GuardCase => ({
    ...{ name: `judgement: ${name}`, expected },
    async ask(writer) {
      await install(writer, parties);
      return ask(writer);
    },
  });
  const { first } = parties;
  const sound = {
    document: Buffer.from(text),
    signatures: [signed(first, text, { at: SIGNED_AT })],
    now: NOW,
  };
  const nameOf = async (answer: ReturnType<typeof judge>) => {
    return answerIn(await answer);
  };
  const withNull = (parameter: 1 | 2 | 3 | 4) => async (writer: Writer) => {
    const values: unknown[] = [sound.document, sound.signatures, sound.now, true];
    values[parameter - 1] = null;
    await writer.query('SELECT * FROM cutter_guard.judge($1, $2::bytea[], $3, $4)', values);
    return 'answered';
  };
  const onKey = (change: string) => async (writer: Writer) => {
    await writer.script(
      `UPDATE cutter_governance.signer_key SET ${change} WHERE key_fingerprint = '${first.fingerprint}'`,
    );
    return nameOf(judge(writer, sound));
  };
  const lasting = (seconds: number, at: Date) => ({
    ...sound,
    signatures: [signed(first, text, { at: SIGNED_AT, also: [expiresAfter(seconds)] })],
    now: at,
  });
  return [
    ...([1, 2, 3, 4] as const).map((parameter) =>
      asked(`nothing in place ${parameter} is no question`, '22004', withNull(parameter)),
    ),
    asked('no signature', 'signature_missing', (writer) =>
      nameOf(judge(writer, { ...sound, signatures: [] })),
    ),
    asked('nothing among the signatures', 'signature_armor', async (writer) => {
      const [row] = await writer.query<{ reason: string }>(
        'SELECT reason FROM cutter_guard.judge($1, ARRAY[$2::bytea, NULL], $3, true)',
        [sound.document, sound.signatures[0], sound.now],
      );
      return row?.reason ?? '';
    }),
    asked('a revoked key', 'key_revoked', onKey("revoked_at = '2026-12-01'")),
    asked('a revoked key that is also unfit', 'key_revoked', onKey("revoked_at = now(), unfit = 'weak_key'")),
    asked('a key that cannot sign', 'key_cannot_sign', onKey("unfit = 'key_cannot_sign'")),
    asked('a key of the other algorithm', 'signature_malformed', onKey('algorithm = 22')),
    asked('a key that ends now', 'key_expired', onKey("ends_at = '2026-05-21T12:00:00Z'")),
    asked(
      'a key that ends a microsecond later',
      'accepted',
      onKey("ends_at = '2026-05-21T12:00:00.000001Z'"),
    ),
    asked('a key that ended when it signed', 'key_expired', async (writer) => {
      const change = "ends_at = '2026-05-21T10:00:00Z'";
      await writer.script(`UPDATE cutter_governance.signer_key SET ${change}`);
      return nameOf(judge(writer, { ...sound, now: new Date('2026-05-21T09:59:00Z') }));
    }),
    asked(
      'a key that begins after it signed',
      'key_not_yet_valid',
      onKey("valid_from = '2026-05-21T10:00:01Z'"),
    ),
    asked('a signature that ends now', 'signature_expired', (writer) =>
      nameOf(judge(writer, lasting(7200, NOW))),
    ),
    asked('a signature that ends in a second', 'accepted', (writer) =>
      nameOf(judge(writer, lasting(7201, NOW))),
    ),
    asked('a signature that states other first bits of its digest', 'signature_invalid', (writer) => {
      const read = readArmor(sound.signatures[0] ?? Buffer.alloc(0));
      if (!read.ok) throw new Error('the armor is sound');
      const packets = Buffer.from(read.value);
      const at = packets.length - 66;
      packets[at] = (packets[at] ?? 0) ^ 1;
      return nameOf(judge(writer, { ...sound, signatures: [Buffer.from(armor(packets))] }));
    }),
    asked('is open until a day after the earliest instant', '"2026-05-22T09:50:00.000Z"', async (writer) => {
      const at = new Date('2026-05-21T09:50:00Z');
      const row = await judge(writer, { ...sound, signatures: [signed(first, text, { at })] });
      return JSON.stringify(row['valid_until']);
    }),
    asked(
      'names everybody once, sorted',
      JSON.stringify([first.fingerprint, parties.second.fingerprint].sort()),
      async (writer) => {
        const signatures = [first, parties.second, first].map((signer) =>
          signed(signer, text, { at: SIGNED_AT }),
        );
        return JSON.stringify((await judge(writer, { ...sound, signatures }))['signers']);
      },
    ),
  ];
}

interface Story {
  readonly writer: Writer;
  /** Signs for now, by the real clock, and asks fn_admit. */
  admit(gate: string, options?: Telling): Promise<string>;
  count(where: string): Promise<number>;
  sha256(gate: string, options?: Telling): string;
}

interface Telling {
  readonly bindings?: Readonly<Record<string, string>>;
  readonly by?: readonly Signer[];
  readonly signedSecondsAgo?: number;
  readonly note?: string;
  readonly ageSeconds?: number;
}

function admitCases(parties: Parties): GuardCase[] {
  const { first, second } = parties;
  const story = (name: string, expected: string, tell: (story: Story) => Promise<unknown>): GuardCase => ({
    ...{ name: `fn_admit: ${name}`, expected },
    async ask(writer) {
      await install(writer, parties);
      const start = Date.now();
      const made = (gate: string, { bindings = {}, ageSeconds = 60, note = '' }: Telling = {}) => {
        const at = new Date(start - ageSeconds * 1000);
        const fields = { gate, signed_utc: utc(at), allowance: 'explicit', ...BOUND[gate], ...bindings };
        return { text: approvalText(fields, `\nI agree.${note}\n`), at };
      };
      return String(
        await tell({
          writer,
          sha256: (gate, options) => sha256(made(gate, options).text),
          async admit(gate, options = {}) {
            const { text, at } = made(gate, options);
            const { by = [first], signedSecondsAgo } = options;
            const when = signedSecondsAgo === undefined ? at : new Date(start - signedSecondsAgo * 1000);
            const [row] = await writer.query<{ verdict: string; reason: string | null }>(
              'SELECT * FROM cutter_governance.fn_admit($1, $2::bytea[])',
              [Buffer.from(text), by.map((signer) => signed(signer, text, { at: when }))],
            );
            return row ? answerIn(row) : 'no answer';
          },
          async count(where) {
            const sql = `SELECT count(*)::integer AS n FROM cutter_governance.approval WHERE ${where}`;
            const [row] = await writer.query<{ n: number }>(sql);
            return row?.n ?? -1;
          },
        }),
      );
    },
  });
  const use = (writer: Writer, gate: string) =>
    writer.script(
      `UPDATE cutter_governance.approval SET used_by = '${RUN}', used_at = now() WHERE gate = '${gate}'`,
    );
  const GAP7 = 'GAP7_execution_enable';
  const CUT = 'SG_1_cut_authz';
  const TAKE_BACK = 'SG_W_withdrawal';
  return [
    story('keeps the bytes that it accepts', 'accepted 1', async ({ admit, count }) => {
      const answer = await admit(GAP7);
      const derived =
        "run_id = cutter_guard.run_id_of(document) AND document_sha256 = encode(sha256(document), 'hex')";
      const signers = `signers = ARRAY['${first.fingerprint}'] AND cardinality(signatures) = 1`;
      return `${answer} ${await count(`${derived} AND ${signers} AND bindings ->> 'document_id' = 'ICX-CONST'`)}`;
    }),
    story('answers alike when asked again', 'accepted accepted 1', async ({ admit, count }) => {
      return `${await admit(GAP7)} ${await admit(GAP7)} ${await count('true')}`;
    }),
    story('keeps nothing that it rejects', 'binding_mismatch 0', async ({ admit, count }) => {
      return `${await admit(GAP7, { bindings: { deployment: 'staging' } })} ${await count('true')}`;
    }),
    story('judges by its own clock: a day old', 'window_expired', ({ admit }) =>
      admit(CUT, { ageSeconds: 86_401 }),
    ),
    story('judges by its own clock: almost a day old', 'accepted', ({ admit }) =>
      admit(CUT, { ageSeconds: 86_300 }),
    ),
    story('judges by its own clock: to come', 'signed_in_future', ({ admit }) =>
      admit(CUT, { ageSeconds: -120 }),
    ),
    story('refuses what has been used', 'accepted already_used', async ({ writer, admit }) => {
      const answer = await admit(CUT);
      await use(writer, CUT);
      return `${answer} ${await admit(CUT)}`;
    }),
    story(
      'refuses what has been withdrawn',
      'accepted accepted approval_withdrawn 1',
      async ({ admit, sha256: of, count }) => {
        const answers = [
          await admit(CUT),
          await admit(TAKE_BACK, { bindings: { approval_sha256: of(CUT) } }),
          await admit(CUT),
        ];
        return `${answers.join(' ')} ${await count('withdrawn_by IS NOT NULL')}`;
      },
    ),
    story(
      'refuses what was withdrawn before it was seen',
      'accepted approval_withdrawn 1',
      async ({ admit, sha256: of, count }) => {
        const answers = [
          await admit(TAKE_BACK, { bindings: { approval_sha256: of(CUT) } }),
          await admit(CUT),
        ];
        return `${answers.join(' ')} ${await count('true')}`;
      },
    ),
    story(
      'withdraws what it names and nothing else',
      'accepted accepted accepted 1',
      async ({ admit, sha256: of, count }) => {
        const answers = [
          await admit(CUT),
          await admit('SG_2_lifecycle_authz'),
          await admit(TAKE_BACK, { bindings: { approval_sha256: of(CUT) } }),
        ];
        return `${answers.join(' ')} ${await count(`withdrawn_by = '${of(TAKE_BACK, { bindings: { approval_sha256: of(CUT) } })}' AND gate = '${CUT}'`)}`;
      },
    ),
    story('keeps the first withdrawal', 'accepted accepted 1', async ({ admit, sha256: of, count }) => {
      await admit(CUT);
      const again = { bindings: { approval_sha256: of(CUT) } };
      const answers = [await admit(TAKE_BACK, again), await admit(TAKE_BACK, { ...again, note: ' Twice.' })];
      return `${answers.join(' ')} ${await count(`withdrawn_by = '${of(TAKE_BACK, again)}'`)}`;
    }),
    story(
      'cannot withdraw what has been used',
      'withdrawal_too_late 0',
      async ({ writer, admit, sha256: of, count }) => {
        await admit(CUT);
        await use(writer, CUT);
        const answer = await admit(TAKE_BACK, { bindings: { approval_sha256: of(CUT) } });
        return `${answer} ${await count(`gate = '${TAKE_BACK}' OR withdrawn_by IS NOT NULL`)}`;
      },
    ),
    story('another gate’s digest that is used holds up nothing', 'accepted', async ({ writer, admit }) => {
      await admit(CUT);
      await use(writer, CUT);
      return admit('SG_2_lifecycle_authz');
    }),
    story(
      'a withdrawal is withdrawn like anything else',
      'approval_withdrawn',
      async ({ admit, sha256: of }) => {
        const back = { bindings: { approval_sha256: of(CUT) } };
        await admit(TAKE_BACK, { bindings: { approval_sha256: of(TAKE_BACK, back) }, note: ' Back.' });
        return admit(TAKE_BACK, back);
      },
    ),
    story('learns of a further signer', 'accepted accepted 1', async ({ admit, count }) => {
      const answers = [await admit(CUT), await admit(CUT, { by: [first, second] })];
      return `${answers.join(' ')} ${await count('cardinality(signers) = 2 AND cardinality(signatures) = 2')}`;
    }),
    story('does not forget a signer', 'accepted accepted 1', async ({ admit, count }) => {
      const answers = [await admit(CUT, { by: [first, second] }), await admit(CUT)];
      return `${answers.join(' ')} ${await count('cardinality(signers) = 2')}`;
    }),
    story('does not put one signer for another', 'accepted accepted 1', async ({ admit, count }) => {
      const answers = [await admit(CUT), await admit(CUT, { by: [second], signedSecondsAgo: 30 })];
      return `${answers.join(' ')} ${await count(`signers = ARRAY['${first.fingerprint}']`)}`;
    }),
    story(
      'takes the later of two signatures by one hand',
      'accepted accepted 1',
      async ({ admit, count }) => {
        const answers = [await admit(CUT, { signedSecondsAgo: 300 }), await admit(CUT)];
        return `${answers.join(' ')} ${await count("valid_until = signed_at + interval '24:00'")}`;
      },
    ),
    story('does not take the earlier of two', 'accepted accepted 1', async ({ admit, count }) => {
      const answers = [await admit(CUT), await admit(CUT, { signedSecondsAgo: 300 })];
      return `${answers.join(' ')} ${await count("valid_until = signed_at + interval '24:00'")}`;
    }),
    story(
      'asks for as many signers as the gate does',
      'threshold_not_met accepted',
      async ({ writer, admit }) => {
        await writer.script(`INSERT INTO cutter_governance.gate_threshold VALUES ('${CUT}', 2)`);
        return `${await admit(CUT)} ${await admit(CUT, { by: [first, second] })}`;
      },
    ),
    story('asks nobody of a gate for another one’s threshold', 'accepted', async ({ writer, admit }) => {
      await writer.script(`INSERT INTO cutter_governance.gate_threshold VALUES ('${CUT}', 2)`);
      return admit('SG_2_lifecycle_authz');
    }),
    story('judges at most 16 signatures', '22023', ({ admit }) => admit(CUT, { by: Array(17).fill(first) })),
    story('judges 16 signatures', 'accepted', ({ admit }) => admit(CUT, { by: Array(16).fill(first) })),
  ];
}

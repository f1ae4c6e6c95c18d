// What the bot prints ready to sign is signed as printed: the document and the commands are taken out of the rendered
// text, run with the gpg and git of this machine, and what they leave is admitted.
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admit, EMPTY_LEDGER, pickApproval } from '../../src/approval/admission.ts';
import { GATES, type Gate } from '../../src/approval/gates.ts';
import { readKeys } from '../../src/approval/key-ring.ts';
import { SIGNED_UTC_PLACEHOLDER } from '../../src/approval/template.ts';
import { signedUtc } from '../../src/local/sovereign.ts';
import { expectedBindings } from '../../src/run/bindings.ts';
import type { Happening } from '../../src/run/events.ts';
import { COMPENSABLE, HELD, holdsRelease, holdsRevert } from '../golden/pages/holds.ts';
import { requestAfter } from '../golden/pages/requests.ts';
import { TO_THE_FIRST_PAUSE, TO_THE_SECOND_PAUSE, tale } from '../golden/story.ts';
import { onlyWhere } from '../support/skip.ts';

const run = promisify(execFile);

/** The text in which each gate's document stands, and the run that asks for it. */
const ASKED: Readonly<Record<Gate, { text: () => string; run: readonly Happening[] }>> = {
  GAP7_execution_enable: { text: () => requestAfter(TO_THE_FIRST_PAUSE), run: TO_THE_FIRST_PAUSE },
  SG_1_cut_authz: { text: () => requestAfter(TO_THE_FIRST_PAUSE), run: TO_THE_FIRST_PAUSE },
  SG_2_lifecycle_authz: { text: () => requestAfter(TO_THE_SECOND_PAUSE), run: TO_THE_SECOND_PAUSE },
  SG_R_revert_authz: { text: holdsRevert, run: COMPENSABLE },
  SG_H_release_authz: { text: holdsRelease, run: HELD },
};

interface Printed {
  readonly file: string;
  readonly document: string;
  readonly commands: readonly string[];
}

/** As a person copies it: the name, the block below it, the commands below that. */
function printedFor(gate: Gate, text: string): Printed {
  const pattern = /`(approvals\/[^`]+\.md)`[^\n]*\n\n```markdown\n(.*?)\n```\n.*?```sh\n(.*?)\n```/gs;
  for (const [, file = '', document = '', commands = ''] of text.matchAll(pattern))
    if (document.includes(`gate: ${gate}\n`))
      return { file, document: `${document}\n`, commands: commands.split('\n') };
  throw new Error(`nothing is printed for ${gate}`);
}

const hasGpg = spawnSync('gpg', ['--version']).status === 0;

describe('signed by the commands that are printed', onlyWhere(hasGpg, 'gpg absent'), () => {
  let folder: string;
  let environment: Record<string, string>;
  const tool = (name: string, args: readonly string[]) =>
    run(name, args, { cwd: join(folder, 'clone'), env: environment, encoding: 'buffer' });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-signing-'));
    const home = join(folder, 'gnupg');
    await mkdir(home, { mode: 0o700 });
    await mkdir(join(folder, 'clone', 'approvals'), { recursive: true });
    environment = { PATH: process.env['PATH'] ?? '', HOME: folder, GNUPGHOME: home };
    await tool('git', ['init', '--quiet']);
    await tool('gpg', [
      ...['--batch', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback'],
      ...['--quick-gen-key', 'sovereign', 'ed25519', 'sign', 'never'],
    ]);
  });
  afterAll(async () => {
    spawnSync('gpgconf', ['--kill', 'all'], { env: environment });
    await rm(folder, { recursive: true, force: true });
  });

  it.each(GATES)('%s is admitted', async (gate) => {
    const { file, document, commands } = printedFor(gate, ASKED[gate].text());
    const now = new Date();
    const text = document.replace(SIGNED_UTC_PLACEHOLDER, signedUtc(now));
    await writeFile(join(folder, 'clone', file), text);
    for (const command of commands) {
      const [name = '', ...args] = command.split(' ');
      await tool(name, args);
    }
    const { stdout } = await tool('git', ['ls-files']);
    const staged = stdout
      .toString()
      .trim()
      .split('\n')
      .filter((path) => path.startsWith(file));
    const picked = pickApproval(staged.map((path) => ({ path, status: 'added' })));
    if (!picked.ok) throw new Error(`git holds ${staged.join(', ')}`);
    const load = async (path: string) => ({ path, bytes: await readFile(join(folder, 'clone', path)) });

    const listed = await tool('gpg', ['--batch', '--with-colons', '--list-keys']);
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed.stdout.toString())?.[1] ?? '';
    const exported = await tool('gpg', ['--batch', '--export']);
    const keys = await readKeys([{ name: 'sovereign.gpg', bytes: exported.stdout }], {
      pinned: [fingerprint],
      now,
    });
    const verdict = await admit({
      approval: await load(picked.path),
      signatures: await Promise.all(picked.signatures.map(load)),
      change: null,
      expect: { gate, bindings: expectedBindings(tale(ASKED[gate].run).state, gate, { recorderKey: null }) },
      ledger: EMPTY_LEDGER,
      keys,
      policy: { thresholds: {} },
      now: new Date(),
    });
    expect(verdict).toMatchObject({ verdict: 'accepted', approval: { gate }, signers: [fingerprint] });
  });
});

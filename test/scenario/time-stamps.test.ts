// A whole bot whose authority of time stamps takes a request and never answers: people are asked and the record is published
// all the same, and every statement has its time stamp once the authority is back.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { command } from '../support/command.ts';
import { onlyWhere } from '../support/skip.ts';
import {
  HAS_OPENSSL,
  openAuthority,
  serveAuthority,
  type TimeStampAuthorityHere,
  type TimeStampServer,
} from '../support/time-stamp-authority.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;

let authority: TimeStampAuthorityHere;
let server: TimeStampServer;
let town: Town;
beforeAll(async () => {
  if (!HAS_OPENSSL) return;
  authority = openAuthority();
  server = await serveAuthority(authority);
  server.reaction = 'hangs';
  const certificate = join(authority.folder, 'root.pem');
  town = await openTown({ timeStamps: [{ name: 'clock', url: server.url, certificate }] });
});
afterAll(async () => {
  await town?.close();
  await server?.close();
  authority?.close();
});

async function stamped(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('git', [
    ...['-C', town.gitDirectory, 'ls-tree', '-r', '--name-only', 'main', 'runs/'],
  ]);
  return stdout.split('\n').filter((path) => path.endsWith('.tsr'));
}

describe('an authority that never answers', onlyWhere(HAS_OPENSSL, 'openssl absent'), () => {
  it('holds up nobody, and what it has missed comes later', async () => {
    const { sovereign } = town;
    const opening = await sovereign.approve(town.openingDraft());
    const asked = await sovereign.waitFor(opening, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
    await vi.waitFor(() => expect(server.asked).toBeGreaterThan(0), { timeout: WAIT_MS });
    const cut = await sovereign.approve(unsignedFromComment(asked, town.now()));
    await sovereign.waitFor(cut, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
    expect(await stamped()).toEqual([]);
    server.reaction = 'answers';
    await vi.waitFor(async () => expect(await stamped()).toHaveLength(2), {
      timeout: WAIT_MS,
      interval: 500,
    });

    const clone = join(town.directory, 'audited');
    await promisify(execFile)('git', ['clone', '--quiet', '-b', 'main', town.gitDirectory, clone]);
    const { code, output } = await command(
      [
        ...['audit', clone, '--json', '--timestamp-authority', join(authority.folder, 'root.pem')],
        ...['--keys', join(town.directory, 'keys', 'sovereign'), '--signer', town.keys.sovereign.fingerprint],
      ],
      { env: { PATH: process.env['PATH'] ?? '' } },
    );
    expect([code, JSON.parse(output).timeStamps]).toEqual([0, { statements: 2, stamped: 2, verified: 2 }]);
  });
});

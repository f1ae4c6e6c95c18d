// Each secret of the settings is put into a log in every way that a program might: none of them comes out.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/deployment/config.ts';
import { openLog, secretsOf } from '../../src/deployment/logging.ts';

const login = (name: string) => ({
  user: name,
  password: `of ${name}: p"\\%\n${randomBytes(6).toString('hex')}`,
});
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const kb = randomBytes(24);
const passwordOfState = 'st@te:word/1';
const config = {
  github: {
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    webhookSecret: 'webhook-secret-of-twenty-characters',
  },
  governed: {
    exec: login('exec'),
    verify: login('verify'),
    backup: login('backup'),
    proof: login('proof'),
  },
  stateUrl: `postgres://bot:${encodeURIComponent(passwordOfState)}@db/state`,
  kb: { endpoint: 'https://kb.example.org', secret: new Uint8Array(kb) },
} as unknown as Config;

const TOKENS = [
  'ghs_0123456789abcdefghijABCDEFGHIJ012345',
  'github_pat_0123456789abcdefghij',
  'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI3In0abc.c2lnbmF0dXJlLW9mLWEtdGVzdA',
];

function logged(write: (log: ReturnType<typeof openLog>) => void): string {
  const lines: string[] = [];
  write(openLog(config, { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  const seeds = [
    config.github.privateKey,
    config.github.webhookSecret,
    ...Object.values(config.governed ?? {}).flatMap((one) =>
      typeof one === 'object' && 'password' in one ? [one.password] : [],
    ),
    passwordOfState,
    encodeURIComponent(passwordOfState),
    kb.toString('base64'),
    ...TOKENS,
  ];

  it.each(seeds.map((seed, index) => [index, seed] as const))('keeps secret %i to itself', (_, seed) => {
    const output = logged((log) => {
      log.info(`a message with ${seed} in it`);
      log.error({ err: new Error(`an error with ${seed}`, { cause: new Error(seed) }) }, 'failed');
      log.warn({ deep: { list: [{ value: seed }], [seed]: true } }, 'nested');
      log.child({ given: seed }).info('child');
    });
    expect(output.split('\n').filter(Boolean)).toHaveLength(4);
    for (const line of output.split('\n').filter(Boolean)) JSON.parse(line);
    const told = [seed, JSON.stringify(seed).slice(1, -1)];
    for (const form of told) expect(output).not.toContain(form);
    expect(output).toContain('***');
  });

  it('keeps single lines of a private key to itself', () => {
    const [, line = ''] = config.github.privateKey.split('\n');
    expect(logged((log) => log.info(`half a key: ${line}`))).not.toContain(line);
  });

  it('leaves what is no secret, ids of runs among it', () => {
    const run_id = 'run-20260521-0123456789abcdef';
    expect(JSON.parse(logged((log) => log.info({ run_id }, 'event')))).toMatchObject({
      run_id,
      msg: 'event',
    });
  });

  it('knows a secret in every part of the settings that has one', () => {
    expect(secretsOf(config).length).toBeGreaterThan(seeds.length - TOKENS.length);
    expect(secretsOf({ ...config, governed: undefined, stateUrl: undefined, kb: undefined })).toContain(
      config.github.webhookSecret,
    );
  });
});

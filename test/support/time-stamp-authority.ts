// A time stamp authority on this machine: openssl's own, behind HTTP. Its answers are what openssl makes of a request, and
// the ways in which it goes wrong are its own too.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASN1Obj } from '@sigstore/core';
import { type Authority, authorityIn } from '../../src/record/time-stamp-authority.ts';

const CONFIGURATION = `
[ req ]
distinguished_name = name
prompt = no
[ name ]
CN = nobody
[ root ]
basicConstraints = critical,CA:true
[ clock ]
extendedKeyUsage = critical,timeStamping
[ careless ]
extendedKeyUsage = timeStamping
[ manifold ]
extendedKeyUsage = critical,timeStamping,emailProtection
[ answers ]
serial = ./serial
crypto_device = builtin
signer_digest = sha512
default_policy = 1.2.3.4.1
digests = sha256,sha384
ess_cert_id_alg = sha256
certs = root.pem
accuracy = secs:1
`;

export const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

const NEW_KEY = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['-newkey', 'rsa:2048'],
} as const;

/** Which certificate the answers are signed with. */
export type Signer = 'clock' | 'expired' | 'careless' | 'manifold';

const SERIALS: Readonly<Record<Signer, number>> = { clock: 1, expired: 2, careless: 3, manifold: 4 };

export interface TimeStampAuthorityHere {
  readonly folder: string;
  /** The root alone, and the signer's own certificate alone. */
  readonly root: Authority;
  readonly clock: Authority;
  openssl(args: readonly string[], input?: Uint8Array): Buffer;
  /** A TimeStampResp for a TimeStampReq. */
  answer(request: Uint8Array, signer?: 'clock' | 'expired'): Buffer;
  /** A TimeStampReq of openssl's for a digest. */
  request(digest: string, ...options: readonly string[]): Buffer;
  /** What this answer says, signed again with another of the certificates. */
  signedAgain(answer: Uint8Array, signer: Signer): Buffer;
  close(): void;
}

export function openAuthority({ key = 'ec' }: { readonly key?: 'ec' | 'rsa' } = {}): TimeStampAuthorityHere {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-clock-'));
  const openssl: TimeStampAuthorityHere['openssl'] = (args, input) => {
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, input });
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const make = (...args: string[]) =>
    openssl(['req', ...NEW_KEY[key], '-nodes', '-config', 'ts.cnf', ...args]);
  writeFileSync(join(folder, 'ts.cnf'), CONFIGURATION);
  make(
    '-x509',
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-subj',
    '/CN=Root',
    '-days',
    '30',
    '-extensions',
    'root',
  );
  make('-keyout', 'clock.key', '-out', 'clock.csr', '-subj', '/CN=Clock');
  // Serial numbers as every other authority here has them: who goes by name and number alone takes one for another.
  const certify = (name: Signer, { extensions, days }: { extensions: string; days: string }) =>
    openssl([
      ...['x509', '-req', '-in', 'clock.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-extfile', 'ts.cnf'],
      ...['-set_serial', String(SERIALS[name])],
      ...['-extensions', extensions, '-days', days, '-out', `${name}.pem`],
    ]);
  certify('clock', { extensions: 'clock', days: '30' });
  certify('expired', { extensions: 'clock', days: '-1' });
  certify('careless', { extensions: 'careless', days: '30' });
  certify('manifold', { extensions: 'manifold', days: '30' });
  const read = (name: string): Authority => {
    const authority = authorityIn(readFileSync(join(folder, name), 'utf8'));
    if (typeof authority === 'string') throw new Error(`${name} ${authority}`);
    return authority;
  };
  return {
    ...{ folder, openssl, root: read('root.pem'), clock: read('clock.pem') },
    answer(request, signer = 'clock') {
      writeFileSync(join(folder, 'request'), request);
      openssl([
        ...['ts', '-reply', '-config', 'ts.cnf', '-section', 'answers', '-queryfile', 'request'],
        ...['-signer', `${signer}.pem`, '-inkey', 'clock.key', '-out', 'answer'],
      ]);
      return readFileSync(join(folder, 'answer'));
    },
    request: (digest, ...options) =>
      openssl(['ts', '-query', '-digest', digest, '-sha256', '-cert', ...options]),
    signedAgain(answer, signer) {
      const granted = ASN1Obj.parseBuffer(Buffer.from(answer)).subs;
      const info = granted[1]?.subs[1]?.subs[0]?.subs[2]?.subs[1]?.subs[0]?.value ?? Buffer.alloc(0);
      const token = openssl(
        [
          ...['cms', '-sign', '-binary', '-nodetach', '-econtent_type', '1.2.840.113549.1.9.16.1.4'],
          ...['-signer', `${signer}.pem`, '-inkey', 'clock.key', '-md', 'sha256', '-outform', 'DER'],
        ],
        info,
      );
      return answerOf(token);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A token as an answer that grants it. */
function answerOf(token: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from('3003020100', 'hex'), token]);
  const size = Buffer.from([content.length >> 8, content.length & 0xff]);
  return Buffer.concat([Buffer.from('3082', 'hex'), size, content]);
}

export type Reaction =
  | 'answers'
  | 'refuses'
  | 'is silent'
  | 'hangs'
  | 'talks'
  | 'replays'
  | 'redirects'
  | 'is unfit';

export interface TimeStampServer {
  readonly url: string;
  /** How many requests came. */
  asked: number;
  reaction: Reaction;
  close(): Promise<void>;
}

/** The authority behind HTTP, on this machine alone. */
export async function serveAuthority(authority: TimeStampAuthorityHere): Promise<TimeStampServer> {
  let last: Buffer | undefined;
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      served.asked += 1;
      const asked = Buffer.concat(parts);
      const reply = (bytes: Buffer) =>
        response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(bytes);
      switch (served.reaction) {
        case 'answers':
          last = authority.answer(asked);
          return reply(last);
        case 'replays':
          return reply(last ?? Buffer.alloc(0));
        case 'is unfit':
          return reply(authority.signedAgain(authority.answer(asked), 'careless'));
        case 'talks':
          return reply(Buffer.alloc(100_000, 'a'));
        case 'refuses':
          return response.writeHead(503).end('a text of its own');
        case 'redirects':
          return response.writeHead(302, { location: '/elsewhere' }).end();
        case 'hangs':
          return;
        case 'is silent':
          return response.destroy();
        default:
          return served.reaction satisfies never;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const served: TimeStampServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stamp`,
    ...{ asked: 0, reaction: 'answers' as Reaction },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return served;
}

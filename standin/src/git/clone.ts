// Read-only git over HTTP (gitprotocol-http, the smart protocol's fetch side): `git clone <url>/<owner>/<repo>.git`.
// git upload-pack does the work; pushing is not offered.
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';

const SERVICE = 'git-upload-pack';
/** One pkt-line naming the service, then a flush, before git's own advertisement. */
const ANNOUNCEMENT = '001e# service=git-upload-pack\n0000';
const PATH = /^\/([^/]+\/[^/]+?)\.git\/(info\/refs|git-upload-pack)$/;

/** The repository that a request for git's own protocol names, if it is one. */
export function matchClone(path: string): { name: string; action: string } | undefined {
  const [, name, action] = PATH.exec(path) ?? [];
  return name !== undefined && action !== undefined ? { name, action } : undefined;
}

/** Answers a fetch from a bare repository by streaming between the client and git. */
export function serveClone(
  directory: string,
  { request, response, action }: { request: IncomingMessage; response: ServerResponse; action: string },
): void {
  const advertise = action === 'info/refs';
  const asked = new URL(request.url ?? '/', 'http://local').searchParams.get('service');
  if (advertise ? asked !== SERVICE : request.method !== 'POST') {
    response.writeHead(403).end('Only fetching is offered here.\n');
    return;
  }
  response.writeHead(200, {
    'content-type': `application/x-${SERVICE}-${advertise ? 'advertisement' : 'result'}`,
    'cache-control': 'no-cache',
  });
  const mode = advertise ? ['--http-backend-info-refs'] : [];
  const args = ['upload-pack', '--stateless-rpc', ...mode, '--strict', directory];
  const git = spawn('git', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  // A client that goes away ends git too, and either pipe may break on the way.
  response.on('close', () => git.kill());
  git.stdin.on('error', () => undefined);
  git.on('error', () => response.destroy());
  if (advertise) {
    response.write(ANNOUNCEMENT);
    git.stdin.end();
  } else {
    const compressed = request.headers['content-encoding'] === 'gzip';
    const body = compressed ? request.pipe(createGunzip()) : request;
    body.on('error', () => response.destroy());
    body.pipe(git.stdin);
  }
  git.stdout.pipe(response);
}

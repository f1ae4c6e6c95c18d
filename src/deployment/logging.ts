// The bot's log: one JSON object a line. No secret of the settings ever stands in it, however it came into what is logged:
// each line is looked through before it is written.
import { hostname } from 'node:os';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Config } from './config.ts';

/** Everything in the settings that opens something. */
export function secretsOf(config: Config): readonly string[] {
  const { github, governed, stateUrl, kb } = config;
  const logins = governed ? [governed.exec, governed.verify, governed.backup, governed.proof] : [];
  const url = stateUrl === undefined ? undefined : URL.parse(stateUrl);
  return [
    github.privateKey.trim(),
    // A key that is quoted in another form is still that key.
    ...github.privateKey.split('\n').filter((line) => line.length >= 32 && !line.startsWith('-----')),
    github.webhookSecret,
    ...logins.flatMap((login) => (login ? [login.password] : [])),
    ...(url ? [url.password, decodeURIComponent(url.password)] : []),
    ...(kb ? [Buffer.from(kb.secret).toString('base64'), Buffer.from(kb.secret).toString('hex')] : []),
  ].filter((secret) => secret !== '');
}

/** What GitHub gives the App to act with: installation tokens, and the JWTs that ask for them. */
const TOKENS = /\b(gh[pousr]_[A-Za-z0-9_]{16,}|github_pat_\w{16,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})/g;

const GONE = '***';

export function withoutSecrets(secrets: readonly string[]): (line: string) => string {
  const forms = secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  return (line) =>
    forms.reduce((text, secret) => text.replaceAll(secret, GONE), line).replaceAll(TOKENS, GONE);
}

export function openLog(config: Config, destination?: DestinationStream): Logger {
  const clean = withoutSecrets(secretsOf(config));
  const options = {
    name: 'countersign',
    base: { host: hostname() },
    hooks: { streamWrite: clean },
  };
  return destination ? pino(options, destination) : pino(options);
}

// A recorder whose secret this process never holds: a command that gets the bytes on its standard input and answers with
// the signature in base64. What it answers is believed once it verifies.
import { startTool, type ToolEnvironment, toolEnvironment } from '../backup/tool.ts';
import { isSignedBy, type RecorderKey, type RecorderSigner } from '../record/recorder-key.ts';

/** No signature came, or one that is none. The message holds nothing of what the command said. */
export class RecorderSignerFault extends Error {
  readonly code: 'failed' | 'timed_out' | 'malformed_answer' | 'wrong_signature';

  constructor(code: RecorderSignerFault['code'], message: string) {
    super(message);
    this.name = 'RecorderSignerFault';
    this.code = code;
  }
}

export interface SignerCommand {
  /** A program and its arguments; no shell reads them. */
  readonly argv: readonly [string, ...string[]];
  readonly key: RecorderKey;
}

const DEADLINE_MS = 30_000;
/** 64 octets are 88 characters of base64; a line end may follow. */
const ANSWER = /^([A-Za-z0-9+/]{86}==)\r?\n?$/;
const MAX_ANSWER = 200;

/** Each signature starts the command once. Throws RecorderSignerFault. */
export function externalSigner(
  { argv: [name, ...args], key }: SignerCommand,
  { tools, deadlineMs = DEADLINE_MS }: { tools: ToolEnvironment; deadlineMs?: number },
): RecorderSigner {
  return {
    key,
    async sign(message) {
      const answer = await ask({ name, args, message, tools, deadlineMs });
      const signature = Buffer.from(ANSWER.exec(answer)?.[1] ?? '', 'base64');
      if (signature.length !== 64)
        throw new RecorderSignerFault(
          'malformed_answer',
          `${name} did not answer with 64 octets in base64 and nothing else`,
        );
      if (!isSignedBy(key, { message, signature }))
        throw new RecorderSignerFault('wrong_signature', `${name} answered with no signature of ${key}`);
      return signature;
    },
  };
}

async function ask(request: {
  name: string;
  args: readonly string[];
  message: Uint8Array;
  tools: ToolEnvironment;
  deadlineMs: number;
}): Promise<string> {
  const { name, args, message, tools, deadlineMs } = request;
  const { child, ending } = startTool({
    ...{ name, args, env: toolEnvironment(tools) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let answer = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    answer = (answer + text).slice(0, MAX_ANSWER);
  });
  // A command that does not read its input ends the pipe; how it ended is judged below.
  child.stdin?.on('error', () => undefined).end(message);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
    // Whatever the command has started may hold its pipes open for ever.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, deadlineMs);
  const { code, signal } = await ending;
  clearTimeout(timer);
  if (late) throw new RecorderSignerFault('timed_out', `${name} did not sign within ${deadlineMs / 1000} s`);
  if (code === 0) return answer;
  const how = signal ? `was killed by ${signal}` : code === null ? 'could not be started' : `exited ${code}`;
  throw new RecorderSignerFault('failed', `${name} ${how} instead of signing`);
}

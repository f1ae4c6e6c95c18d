// The person at the terminal: what is said to them, and what they type. A signature needs somebody there, so there is no
// other way to answer than to type.
import { createInterface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { count } from '../report/markdown.ts';
import { SignFault } from './fault.ts';

export interface Person {
  /** Lines that need no answer. */
  say(text: string): void;
  /** Longer than the terminal: page by page. */
  read(text: string): Promise<void>;
  /** One typed line, without blanks around it. */
  ask(question: string): Promise<string>;
  readonly colours: boolean;
}

export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly colours: boolean;
}

/** Throws SignFault `no_terminal` where nobody can type. */
export function atTerminal({ input, output, colours }: Terminal): Person {
  if (!input.isTTY || !output.isTTY)
    throw new SignFault(
      'no_terminal',
      'a person has to read what is signed and type its name: run this in a terminal, not through a pipe',
    );
  const person: Person = {
    colours,
    say: (text) => void output.write(text),
    ask: (question) => typed(question, { input, output }),
    async read(text) {
      const lines = text.replace(/\n$/, '').split('\n');
      // The last line of the screen is the question.
      const most = Math.max((output.rows || 24) - 1, 5);
      for (let at = 0; at < lines.length; at += most) {
        output.write(`${lines.slice(at, at + most).join('\n')}\n`);
        const left = lines.length - at - most;
        if (left > 0) await person.ask(`-- ${count(left, 'more line')}: press Enter --`);
      }
    },
  };
  return person;
}

// Opened for one line and closed again: gpg asks for its passphrase at the same terminal. The terminal stays in its own
// mode, so Ctrl-C ends the process at once, with nothing held.
function typed(question: string, { input, output }: Pick<Terminal, 'input' | 'output'>): Promise<string> {
  return new Promise((resolve, reject) => {
    output.write(`${question} `);
    const lines = createInterface({ input, terminal: false });
    let answer: string | undefined;
    lines.once('line', (line) => {
      answer = line.trim();
      lines.close();
    });
    lines.once('close', () => {
      input.pause();
      if (answer !== undefined) resolve(answer);
      else reject(new SignFault('no_terminal', 'nothing was typed, so nothing is signed'));
    });
  });
}

// docs/attacks.md, rendered from what the attacks have come to.
import { type Attack, KINDS, type Kind } from './attack.ts';

export interface Played {
  readonly kind: Kind;
  readonly attack: Attack;
  readonly backend: 'PostgreSQL' | 'PGlite';
  readonly outcome: string;
}

const TITLES: Readonly<Record<Kind, string>> = {
  plant: 'Plant rows that nobody signed',
  smuggle: 'Smuggle rows in under a genuine signature',
  enact: 'Enact without SG_2',
  revert: 'Revert without SG_R',
  replay: 'Replay a signature',
  rewind: 'Rewind what was noted, used, closed or switched off',
  shadow: 'Shadow what the functions name',
  lock: 'Lock',
  fill: 'Fill, or break the backup',
  read: 'Read what is none of its business',
  escalate: 'Escalate',
};

export function attacksPage(played: readonly Played[]): string {
  const lines = [
    '# What a stolen login can do',
    '',
    'Each of these is tried by a test that logs in as the role, in a PostgreSQL that `countersign db init` has set up with a',
    'password for each role, and again with the role set in an embedded database. After each one every table is as it was,',
    'nothing more is in force, `db check` finds nothing but what the table names, and after each section a backup is taken.',
    'The attacker has the passwords of the bot and knows everything that was ever signed; he has no key of a signer. An',
    'outcome is the SQLSTATE with the reason of the guard (`CG001`) or the condition of the server; `rejected` is the verdict',
    'of `fn_admit`. **Bold**: it worked once, and was found by a hostile review.',
    '',
    '`npx vitest run test/governed/attacks --update` writes this page.',
  ];
  let number = 0;
  for (const kind of KINDS) {
    lines.push(
      '',
      `## ${TITLES[kind]}`,
      '',
      '| # | attempt | as | PostgreSQL | embedded |',
      '|---|---|---|---|---|',
    );
    const of = played.filter((one) => one.kind === kind);
    for (const attack of new Set(of.map((one) => one.attack))) {
      number += 1;
      const outcome = (backend: Played['backend']) =>
        of.find((one) => one.attack === attack && one.backend === backend)?.outcome ?? '–';
      const name = attack.review ? `**${attack.name}**` : attack.name;
      const cells = [number, name, attack.as, outcome('PostgreSQL'), outcome('PGlite')];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  lines.push('', ...OPEN, '');
  return lines.join('\n');
}

const OPEN = [
  '## What stays open',
  '',
  '- A login can stop the bot, never write for it: it can switch off, close a run, hold the fence of a run that is signed',
  '  at that moment, end the sessions of its own role, change its own password and settings. Stopping is what the design',
  '  lets everybody do.',
  '- Signed bytes that were not merged yet, together with the login of `cutter_exec`, write exactly what was signed, once,',
  '  within its window.',
  '- An embedded database is one session of one user: its roles keep an error of the bot from writing, not somebody who',
  '  holds the process or the folder.',
  '- A superuser, and `workflow_admin`, can do everything. `db check` and the audit are for finding it.',
];

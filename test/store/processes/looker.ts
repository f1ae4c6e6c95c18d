// A replica of its own for a test: it takes hints of the queue `run`, says so, and never ends a look by itself.
import { workQueue } from '../../../src/store/queue.ts';
import { openPostgresStore } from '../../../src/store/store.ts';
import { watchLeases } from '../../../src/store/takeover.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const store = await openPostgresStore(process.argv[2] ?? '', (error) => say(`error ${String(error)}`));
await workQueue(store, 'run', {
  async look(key) {
    say(`looks at ${key}`);
    if (key.startsWith('quick')) return;
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  },
  onError: (error) => say(`error ${String(error)}`),
});
watchLeases(store, {
  onTaken: ({ queue, key }) => say(`takes over ${queue} ${key}`),
  onAway: () => say('away'),
  onBack: () => say('back'),
});
say('works');

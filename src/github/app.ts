// The Probot app: events in, nothing else. A webhook is a hint that a pull request deserves a look; it is written
// down, answered, and looked at by a worker that reads the facts again.
import type { ApplicationFunction, Context } from 'probot';
import { MERGED } from '../intake/forge.ts';

export interface AppPorts {
  /** Writes a delivery down; false when it was there already. */
  receive(webhook: Webhook): Promise<boolean>;
  /** The one governed repository; events of any other are answered and forgotten. By its id, since its name may change. */
  readonly repository: { readonly id: number; readonly name: string; readonly self: string };
}

export interface Webhook {
  readonly id: string;
  readonly event: string;
  readonly action: string;
  readonly repository: string;
  readonly pull: number | null;
}

type Hint = { readonly action: string; readonly pull: number | null };

/** What every such event has. A signed body without it is its sender's fault, and said to be. */
function present<T>({ name }: { readonly name: string }, part: T | null | undefined): T {
  if (part !== null && part !== undefined) return part;
  const fault = new Error(`the body is no ${name} event: it lacks what every such event has`);
  throw Object.assign(fault, { status: 400 });
}

export function app({ receive, repository }: AppPorts): ApplicationFunction {
  const take = async (context: Context, { action, pull }: Hint): Promise<void> => {
    const from = 'repository' in context.payload ? context.payload.repository : undefined;
    if (from?.id !== repository.id) {
      context.log.warn(
        { from: from?.full_name, event: context.name },
        'an event of a repository that this deployment does not govern',
      );
      return;
    }
    if (pull !== null && !Number.isSafeInteger(pull)) present(context, null);
    // One delivery may concern several pull requests; each is one entry, and a redelivery keeps both parts of the id.
    const id = pull === null ? context.id : `${context.id}#${pull}`;
    const fresh = await receive({ id, event: context.name, action, repository: repository.name, pull });
    context.log.info({ id, event: context.name, action, pull, fresh }, 'delivery');
  };

  return (probot) => {
    probot.on(
      ['pull_request.opened', 'pull_request.reopened', 'pull_request.synchronize', 'pull_request.closed'],
      async (context) => {
        const { action, pull_request } = context.payload;
        const { number, merged } = present(context, pull_request);
        // Of a closed one, what only the delivery says for certain: an answer read right behind it may be older.
        await take(context, { action: action === 'closed' && merged ? MERGED : action, pull: number });
      },
    );
    probot.on('push', async (context) => {
      const { ref, sender } = context.payload;
      const where = present(context, context.payload.repository);
      // The bot's own pushes are the record; it need not be told of them.
      if (ref !== `refs/heads/${where.default_branch}` || sender?.login === repository.self) return;
      await take(context, { action: '', pull: null });
    });
    probot.on('check_run.rerequested', async (context) => {
      const { action, check_run } = context.payload;
      // GitHub leaves pull_requests empty now and then; the bot's own check names its pull request itself.
      const { pull_requests, external_id } = present(context, check_run);
      const named = present(context, pull_requests).map((pull) => pull?.number ?? null);
      const own = Number.parseInt(external_id ?? '', 10);
      for (const pull of named.length > 0 || Number.isNaN(own) ? named : [own])
        await take(context, { action, pull });
    });
    probot.on('check_suite.rerequested', async (context) => {
      const { action, check_suite } = context.payload;
      for (const pull of present(context, present(context, check_suite).pull_requests))
        await take(context, { action, pull: pull?.number ?? null });
    });
  };
}

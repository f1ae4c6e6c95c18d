// `countersign recorder adopt`: an older state was restored, and the log in git says more than it knows. Whoever runs this says
// that the difference is that loss.
import pino from 'pino';
import { processEnvironment, readConfig } from '../deployment/config.ts';
import { createApp, signIn } from '../github/client.ts';
import { standingAt } from '../github/commits.ts';
import { adoptLog } from '../publish/adopt-log.ts';
import { EXIT } from './exit-codes.ts';
import { withDeployment } from './with-deployment.ts';

export async function adopt({ config: path }: { config: string }): Promise<void> {
  const config = readConfig(processEnvironment(), path);
  const probot = createApp({ github: config.github, log: pino({ level: 'silent' }) });
  await probot.ready();
  const repository = await signIn(probot, config.orchestrator.repository);
  const standing = standingAt(await repository.head(), repository);
  const adopted = await withDeployment(config, async (deployment) => {
    const [store, recorder] = [await deployment.store(), await deployment.recorder()];
    return adoptLog({ store, recorder, deployment: config.orchestrator.deployment, standing });
  });
  if (!adopted.ok) {
    process.stdout.write(`nothing is taken over: ${adopted.flaw.detail}\n`);
    process.exitCode = EXIT.no;
    return;
  }
  process.stdout.write(
    adopted.value === 0
      ? 'the published log says nothing that this state does not know\n'
      : `${adopted.value} leaves of the published log are taken over; what comes next stands behind them\n`,
  );
}

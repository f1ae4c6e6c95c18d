// A command's hold on the deployment: opened for one piece of work, and closed whatever becomes of it.
import type { Config } from '../deployment/config.ts';
import { type Deployment, openDeployment } from '../deployment/deployment.ts';

export async function withDeployment<T>(
  config: Config,
  work: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  // A lost connection shows in the very call that needed it.
  const deployment = openDeployment(config, { now: () => new Date(), onStoreError: () => undefined });
  try {
    return await work(deployment);
  } finally {
    await deployment.close();
  }
}

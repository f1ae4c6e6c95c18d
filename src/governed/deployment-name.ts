// The one name under which signatures are good in a governed database. Set by its administrator; no login of the bot can.
import { DEPLOYMENT_NAME_WORDS, isDeploymentName } from '../approval/deployment-name.ts';
import { GovernedFault, type Reader, type Writer } from './database.ts';

/** Throws GovernedFault `refused` for a malformed name. Signatures for the earlier name open nothing from then on. */
export async function nameDeployment(writer: Writer, name: string): Promise<void> {
  if (!isDeploymentName(name))
    throw new GovernedFault('refused', `a deployment's name must be ${DEPLOYMENT_NAME_WORDS}`);
  await writer.write(
    `INSERT INTO cutter_governance.deployment (name) VALUES ($1)
     ON CONFLICT (only_row) DO UPDATE SET name = excluded.name WHERE deployment.name <> excluded.name`,
    [name],
  );
}

/** null: the database has no name, and no run can be opened. */
export async function readDeploymentName(reader: Reader): Promise<string | null> {
  const [row] = await reader.query<{ name: string }>('SELECT name FROM cutter_governance.deployment');
  return row?.name ?? null;
}

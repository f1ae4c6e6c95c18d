// The name of a deployment: one bot and one governed database. A signature is good in the deployment that it names.

export const DEPLOYMENT_NAME_FORM = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const DEPLOYMENT_NAME_WORDS = '1 to 63 of a-z 0-9 -, a letter or digit first';

export function isDeploymentName(text: string): boolean {
  return DEPLOYMENT_NAME_FORM.test(text);
}

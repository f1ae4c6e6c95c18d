// The ready-to-sign document that the bot prints: only the time of signing is left to fill in.
import { BINDINGS, type BindingName, type Purpose } from './gates.ts';

export const SIGNED_UTC_PLACEHOLDER = '<now, as YYYY-MM-DDTHH:MM:SSZ>';

/** Admitted as it stands once the placeholder is replaced and the file is signed. Ends with a line end. */
export function approvalTemplate(options: {
  readonly gate: Purpose;
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
  readonly signedUtc?: string;
}): string {
  const { gate, bindings, signedUtc = SIGNED_UTC_PLACEHOLDER } = options;
  const { needs, may, says, renewing } = BINDINGS[gate];
  const named = [...needs, ...may].flatMap((name) => {
    const value = bindings[name];
    return value === undefined ? [] : [{ name, line: `${name}: ${value}` }];
  });
  const linesOf = (digests: boolean) =>
    named.filter(({ name }) => name.endsWith('_sha256') === digests).map(({ line }) => line);
  return [
    '---',
    `gate: ${gate}`,
    ...linesOf(false),
    `signed_utc: ${signedUtc}`,
    'allowance: explicit',
    ...linesOf(true),
    '---',
    '',
    renewing && bindings.run_id ? renewing : says,
    '',
  ].join('\n');
}

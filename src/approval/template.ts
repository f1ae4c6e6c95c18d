// The ready-to-sign document that the bot prints: only the time of signing is left to fill in.
import { BINDINGS, type BindingName, type Gate } from './gates.ts';

export const SIGNED_UTC_PLACEHOLDER = '<now, as YYYY-MM-DDTHH:MM:SSZ>';

/** Admitted as it stands once the placeholder is replaced and the file is signed. Ends with a line end. */
export function approvalTemplate(options: {
  readonly gate: Gate;
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
  readonly signedUtc?: string;
}): string {
  const { gate, bindings, signedUtc = SIGNED_UTC_PLACEHOLDER } = options;
  const { needs, may, allows, renews } = BINDINGS[gate];
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
    `I authorise ${renews && bindings.run_id ? renews : allows}.`,
    '',
  ].join('\n');
}

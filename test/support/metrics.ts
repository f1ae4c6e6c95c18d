// Reads Prometheus's text format, as strictly as Prometheus does: a line that is none of its forms is an error.
// https://prometheus.io/docs/instrumenting/exposition_formats/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$/;

/** Values by name and labels as they are written. Throws where a line is malformed, or said twice. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ') || line.startsWith('# TYPE ')) continue;
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
    const number = Number(value?.replace('Inf', 'Infinity'));
    if (name === undefined || Number.isNaN(number)) throw new Error(`not a sample: ${line}`);
    if (found.has(name + labels)) throw new Error(`said twice: ${line}`);
    found.set(name + labels, number);
  }
  return found;
}

/** Every name under which a sample may be served, by the types that are declared. */
export function namesOf(text: string): ReadonlySet<string> {
  const declared = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    declared.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

/** The names of our metrics in an expression. */
export function measuredNames(expression: string): string[] {
  const withoutLabels = expression.replace(/\b(?:by|without) \([^)]*\)|\{[^}]*\}/g, '');
  return [...withoutLabels.matchAll(/\b(?:countersign|cicd|vcs)_\w+/g)].map(([name]) => name);
}

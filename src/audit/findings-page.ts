// docs/audit-findings.md, rendered from the table of findings.
import { capitalised } from '../report/markdown.ts';
import { FINDINGS, SEVERITY_ORDER } from './finding.ts';

const SEVERITIES = {
  error: 'The clone proves less than it must. The command ends with 1.',
  warning: 'Somebody has to look at it. The command ends with 1.',
  note: 'Worth knowing. The clone is clean, and the command ends with 0 if there is nothing else.',
} as const;

export function findingsPage(): string {
  const parts = SEVERITY_ORDER.map((severity) => {
    const own = Object.entries(FINDINGS).filter(([, one]) => one.severity === severity);
    const entries = own.map(
      ([code, { sentence, next }]) => `### ${code}\n\n${capitalised(sentence)}.\n\n${next}\n`,
    );
    return `## ${capitalised(severity)}s\n\n${SEVERITIES[severity]}\n\n${entries.join('\n')}`;
  });
  return `# What an audit can find\n\nThe codes of \`countersign audit\` are permanent. Each line of advice is what the auditor does next.\n\n${parts.join('\n')}`;
}

// What a unit's own text is for: it binds, it only names what follows, it informs, or it points elsewhere.

import type { SectionType, UnitKind } from './unit.ts';
import type { UnitStart } from './unit-start.ts';

export function sectionTypeOf(
  unit: { opening: UnitStart; kind: UnitKind },
  text: { bytes: Uint8Array; from: number; to: number },
): SectionType {
  const { opening, kind } = unit;
  const { by } = opening;
  if (by.type === 'title' && by.rule.sectionType) return by.rule.sectionType;
  if (by.type === 'frame' && by.sectionType) return by.sectionType;
  if (kind === 'front_matter' || kind === 'signature') return 'editorial';
  if (kind === 'toc' || (kind === 'generic' && by.type === 'enumerator')) return 'reference';
  // An article may say all it has to say on the line of its label.
  const sentence = by.type === 'enumerator' || /[.;:]["”»]?$/.test(opening.title);
  if (!sentence && isBlank(text)) return 'heading_only';
  return kind === 'document' ? 'editorial' : 'normative';
}

function isBlank({ bytes, from, to }: { bytes: Uint8Array; from: number; to: number }): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) return false;
  }
  return true;
}

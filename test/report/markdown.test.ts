import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { block, code, details, duration, literal, marker, size } from '../../src/report/markdown.ts';

const markdown = new MarkdownIt({ html: true, linkify: true });

describe('what comes from a document or a person', () => {
  it('is shown as it is and nothing else: no markup, no mention, no new line', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60, unit: fc.constantFrom(...'ab @#*_`<>[]()!|~&\\-+\n$') }),
        (text) => {
          const html = markdown.renderInline(literal(text));
          expect(html.replace(/&lt;|&gt;|&amp;|&quot;/g, '')).not.toMatch(/<|>/);
          expect(html).not.toMatch(/@[a-z]/);
        },
      ),
    );
  });

  it('cannot end the inline code that it stands in', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom(...'ab` c') }), (text) => {
        fc.pre(text.trim() !== '');
        expect(markdown.renderInline(code(text)).match(/<code>/g)).toHaveLength(1);
      }),
    );
  });

  it('cannot end the fenced block that it stands in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('```', '````', '~~~', 'text', '<b>', '</details>'), { maxLength: 8 }),
        (lines) => {
          const html = markdown.render(`${block(lines.join('\n'))}\n\nafter\n`);
          expect(html).toMatch(/^<pre><code>[\s\S]*<\/code><\/pre>\n<p>after<\/p>\n$/);
          expect(html).not.toContain('<b>');
        },
      ),
    );
  });

  it('cannot end the hidden marker', () => {
    expect(marker('a --> <script>')).toBe('<!-- countersign: a - -> <script> -->');
  });
});

describe('the forms', () => {
  it('say durations and sizes as people do', () => {
    expect([0, 80, 949, 1_400, 59_900, 185_000].map(duration)).toEqual([
      '0 ms',
      '80 ms',
      '949 ms',
      '1.4 s',
      '59.9 s',
      '3 min 05 s',
    ]);
    expect([68, 2_048, 3 * 1024 * 1024].map(size)).toEqual(['68 bytes', '2.0 KiB', '3.0 MiB']);
  });

  it('fold with the blank lines that GitHub needs to read Markdown inside', () => {
    expect(details('More', '- a')).toBe('<details><summary>More</summary>\n\n- a\n\n</details>');
  });
});

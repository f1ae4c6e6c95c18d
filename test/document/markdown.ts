// Arbitrary Markdown for properties: lines that mean something to the parser or to the label rules, in any order.
import fc from 'fast-check';

const line = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc.constantFrom(
    '# Title',
    '## Article 1',
    '### Article 2. Name',
    '###### § 7a',
    'Article 3',
    'Section 1. Quorum',
    'CHAPTER I',
  ),
  fc.constantFrom(
    'Điều 5. Tên',
    '## Chương II',
    'Phụ lục I',
    '1. Khoản',
    'a) Điểm',
    '(1) Absatz',
    '(i) one',
    'MỤC LỤC',
  ),
  fc.constantFrom(
    '```',
    '~~~',
    '    code',
    '<div>',
    '<!--',
    '-->',
    '> quoted',
    '> ## Article 9',
    '---',
    '===',
    '***',
  ),
  fc.constantFrom(
    '- item',
    '  - nested',
    '10. ten',
    '   continued',
    '\ttab',
    '“Article 4. Quoted',
    'end.”',
    '| a | b |',
  ),
  fc.constantFrom(
    '[ref]: /url',
    '[a]: <b> "c',
    '**Article 8.** bold',
    '\uFEFF',
    'x\ry',
    'a\u2028b',
    'Nơi nhận:',
    'Whereas:',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
);

export const markdown = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\n', '\n\n', '\r\n')), { maxLength: 40 })
  .map((lines) => lines.flat().join('').toWellFormed());

const mark = fc.constantFrom(
  ...[
    '#',
    '# ',
    '## a',
    '- ',
    '-',
    '* ',
    '+ ',
    '1. ',
    '1)',
    '2. ',
    '10.',
    '01. a',
    '123456789. a',
    '1234567890. a',
  ],
  ...['> ', '>', '```', '~~~', '~~~~', '`a`', '`', '---', '***', '_ _ _', '===', '=', '--', '- -', '**a**'],
  ...['    ', '   ', '  ', ' ', '\t', '\r', '\u00a0', '\uFEFF', '\\', 'a', 'text', 'é', '#a', '1', 'Điều 1.'],
  ...[
    '<div>',
    '<a>',
    '</b>',
    '<p',
    '<!--',
    '-->',
    '<?',
    '?>',
    '<!X',
    '<pre>',
    '</pre>',
    '<script',
    '</script>',
  ],
  ...['<![CDATA[', ']]>', '[a]: /u', '[a]:', '[a]: <', '[b', '"t', '(t)', "'t'"],
);

/** Lines of what means something to CommonMark, up to four such marks on each. */
export const blockMarkdown = fc
  .array(
    fc.tuple(
      fc.array(mark, { maxLength: 4 }).map((marks) => marks.join('')),
      fc.constantFrom('\n', '\n', '\n', '\n\n', '\r\n', '\n \n'),
    ),
    { maxLength: 14 },
  )
  .map((lines) => lines.flat().join(''));

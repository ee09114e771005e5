import t from 'tap'
import { lastCompleteRowEnd } from '../../../src/adapters/amazon/row-scan.ts'
import { RowSplitter } from '../../../src/adapters/amazon/row-splitter.ts'
import { randomNumbers } from '../../support/seed.ts'

function split(chunks: readonly Buffer[]): unknown[] {
  const splitter = new RowSplitter()
  const rows = chunks.flatMap(chunk => splitter.push(chunk))
  splitter.end()
  return rows
}

const splitText = (text: string) => split([Buffer.from(text)])

t.test('a file yields the same rows however its bytes are chunked (400 random files)', async t => {
  const random = randomNumbers(42)
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value
  const strings = [
    'plain',
    'a "quoted" one',
    'back\\slash',
    '{brace',
    'close}',
    '[1,2]',
    'tab\tnew\nline',
    '😀 emoji',
    'عربي',
    '"campaignId":12345678901234567890,',
    '',
  ]
  for (let file = 0; file < 400; file += 1) {
    const rows = Array.from({ length: Math.floor(random() * 8) }, () => ({
      date: '2026-11-01',
      name: pick(strings),
      cost: Math.round(random() * 1e6) / 100,
      none: null,
      own: pick([null, {}, { list: [1, { deep: pick(strings) }] }]),
      [`odd "${pick(strings)}"`]: pick(strings),
    }))
    const gap = pick(['', ' ', '\n  '])
    const bytes = Buffer.from(
      `${gap}[${rows.map(row => JSON.stringify(row, null, pick([0, 2]))).join(`${gap},${gap}`)}]${gap}`,
    )
    const chunks: Buffer[] = []
    // Several rows per chunk, or several chunks per row.
    const maxLength = pick([9, 400])
    for (let at = 0; at < bytes.length; ) {
      const length = 1 + Math.floor(random() * maxLength)
      chunks.push(bytes.subarray(at, at + length))
      at += length
    }
    const actual = split(chunks)
    if (JSON.stringify(actual) !== JSON.stringify(rows)) {
      t.same(actual, rows, `file ${file}: ${bytes.toString()}`)
      return
    }
  }
  t.pass('every file yields its rows')
})

t.test('ids above 2^53 stay exact, and an id inside a string is left alone', async t => {
  const [row] = splitText(
    '[{"campaignId": 18446744073709551615,"adGroupId":9007199254740993, "keywordId" : 9007199254740993 ,"name":"\\"adId\\":9007199254740993,"}]',
  )

  t.strictSame(row, {
    campaignId: '18446744073709551615',
    adGroupId: '9007199254740993',
    keywordId: '9007199254740993',
    name: '"adId":9007199254740993,',
  })
})

t.test('an empty file has no rows', async t => {
  t.strictSame(splitText('[]'), [])
  t.strictSame(splitText(' [ \n ] '), [])
})

for (const [description, text] of Object.entries({
  'a file that ends in the middle of a row': '[{"a":1},{"b":',
  'a file that ends between two rows': '[{"a":1},',
  'a file without its closing bracket': '[{"a":1}',
  'an empty input': '',
  'an object instead of an array': '{"a":1}',
  'a second array': '[{"a":1}][{"a":2}]',
  'an extra closing bracket': '[{"a":1}]]',
  'JSON lines instead of an array': '{"a":1}\n{"a":2}',
  'a row of invalid JSON': '[{"a":}]',
  HTML: '<html><body>Service "unavailable"</body></html>',
  'strings instead of rows': '["a","b"]',
  'numbers instead of rows': '[1, 2, 3]',
  'null instead of a row': '[null]',
  'a row and then null': '[{"a":1},null]',
  'null and then a row': '[null,{"a":1}]',
  'a number and then a row': '[1,{"a":1}]',
  'an array among the rows': '[{"a":1},[1],{"a":2}]',
  'text after the closing bracket': '[{"a":1}]garbage',
  'text after an empty array': '[]garbage',
  'an empty array after an array of strings': '["a"][]',
})) {
  t.test(`${description} is rejected, not read as an empty file`, async t => {
    t.throws(() => splitText(text), { name: 'AmazonFailure', kind: 'unreadable' })
  })
}

t.test('an endless row is rejected before it fills the memory', async t => {
  const splitter = new RowSplitter()
  splitter.push(Buffer.from('[{"a":"'))
  const endless = Buffer.alloc(128 * 1024, 'x')

  t.throws(
    () => {
      for (let chunk = 0; chunk < 100; chunk += 1) splitter.push(endless)
    },
    { name: 'AmazonFailure', kind: 'unreadable' },
  )
})

t.test('an invalid row is rejected with its chunk, not at the end of the file', async t => {
  t.throws(() => new RowSplitter().push(Buffer.from('[{"a":},')), {
    name: 'AmazonFailure',
    kind: 'unreadable',
  })
})

t.test('the end of a chunk’s last complete row is found despite nesting and strings', async t => {
  // `|` marks the expected end; without it no row is complete.
  for (const marked of [
    '',
    '[ ',
    '[{"a":1',
    '[{"a":[1]',
    '[{"a":{"b":1}',
    '{"a":1}|',
    '[{"a":1}|,{"b":2',
    '[{"a":1},{"b":2}|,',
    '[{"a":"}"}|,{"b":"}',
    '[{"a":"{["}|,{"b":"]}',
    '[{"a":"\\""}|,{"b":"\\"}',
    '[{"a":"\\\\"}|,{"b":"\\\\',
    '[{"a":{"b":[1,{"c":2}]}}|,{"d":{"e":1}',
  ]) {
    const end = Math.max(0, marked.indexOf('|'))
    t.equal(lastCompleteRowEnd(Buffer.from(marked.replace('|', ''))), end, marked)
  }
  for (const text of ['[{"a":1}},', '[{"a":1}],{"b":'])
    t.throws(() => lastCompleteRowEnd(Buffer.from(text)), { name: 'AmazonFailure', kind: 'unreadable' }, text)
})

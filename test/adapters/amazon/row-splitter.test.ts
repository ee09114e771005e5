import t from 'tap'
import { lastCompleteRowEnd } from '../../../src/adapters/amazon/row-scan.ts'
import { RowSplitter } from '../../../src/adapters/amazon/row-splitter.ts'
import { InvalidAmazonResponse } from '../../../src/application/ports.ts'
import { randomNumbers } from '../../support/seed.ts'

function split(pieces: readonly Buffer[]): unknown[] {
  const splitter = new RowSplitter()
  const rows = pieces.flatMap(piece => splitter.push(piece))
  splitter.end()
  return rows
}

const whole = (text: string) => split([Buffer.from(text)])

t.test('a file is split into its rows for any split of its bytes (400 random files)', async t => {
  const roll = randomNumbers(42)
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(roll() * values.length)] as Value
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
    const rows = Array.from({ length: Math.floor(roll() * 8) }, () => ({
      date: '2026-11-01',
      name: pick(strings),
      cost: Math.round(roll() * 1e6) / 100,
      none: null,
      own: pick([null, {}, { list: [1, { deep: pick(strings) }] }]),
      [`odd "${pick(strings)}"`]: pick(strings),
    }))
    const gap = pick(['', ' ', '\n  '])
    const bytes = Buffer.from(
      `${gap}[${rows.map(row => JSON.stringify(row, null, pick([0, 2]))).join(`${gap},${gap}`)}]${gap}`,
    )
    const pieces: Buffer[] = []
    // Several rows per piece, or several pieces per row.
    const longest = pick([9, 400])
    for (let at = 0; at < bytes.length; ) {
      const length = 1 + Math.floor(roll() * longest)
      pieces.push(bytes.subarray(at, at + length))
      at += length
    }
    const found = split(pieces)
    if (JSON.stringify(found) !== JSON.stringify(rows)) {
      t.same(found, rows, `file ${file}: ${bytes.toString()}`)
      return
    }
  }
  t.pass('all files are equal')
})

t.test('ids above 2^53 stay exact, and an id inside a text stays text', async t => {
  const [row] = whole(
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
  t.strictSame(whole('[]'), [])
  t.strictSame(whole(' [ \n ] '), [])
})

for (const [what, text] of Object.entries({
  'a file that ends in the middle of a row': '[{"a":1},{"b":',
  'a file that ends between two rows': '[{"a":1},',
  'a file without its closing bracket': '[{"a":1}',
  'no file at all': '',
  'an object instead of an array': '{"a":1}',
  'a second array': '[{"a":1}][{"a":2}]',
  'a closing bracket too many': '[{"a":1}]]',
  'lines instead of an array': '{"a":1}\n{"a":2}',
  'a row of invalid JSON': '[{"a":}]',
  HTML: '<html><body>Service "unavailable"</body></html>',
  'texts instead of rows': '["a","b"]',
  'numbers instead of rows': '[1, 2, 3]',
  'null instead of a row': '[null]',
  'a row and then null': '[{"a":1},null]',
  'null and then a row': '[null,{"a":1}]',
  'a number and then a row': '[1,{"a":1}]',
  'a list among the rows': '[{"a":1},[1],{"a":2}]',
  'a row and then something after the end': '[{"a":1}]garbage',
  'an empty file and then something': '[]garbage',
  'something and then an empty file': '["a"][]',
})) {
  t.test(`${what} is unreadable, never empty`, async t => {
    t.throws(() => whole(text), InvalidAmazonResponse)
  })
}

t.test('an endless row is stopped before it fills the memory', async t => {
  const splitter = new RowSplitter()
  splitter.push(Buffer.from('[{"a":"'))
  const endless = Buffer.alloc(128 * 1024, 'x')

  t.throws(() => {
    for (let piece = 0; piece < 100; piece += 1) splitter.push(endless)
  }, InvalidAmazonResponse)
})

t.test('an invalid row is rejected with its chunk, not only at the end of the file', async t => {
  t.throws(() => new RowSplitter().push(Buffer.from('[{"a":},')), InvalidAmazonResponse)
})

t.test('the last whole row of a chunk ends where no bracket is open', async t => {
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
    t.throws(() => lastCompleteRowEnd(Buffer.from(text)), InvalidAmazonResponse, text)
})

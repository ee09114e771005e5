import t from 'tap'
import { countVisible, visibleLine, visibleText } from '../../src/domain/visible-text.ts'

/** Control, zero-width, combining joiner, Hangul filler, Braille blank, variation selector, tag, byte order mark. */
const invisible = [...'\u0000\u200b\u2060\u202e\u00ad\u034f\u115f\u3164\u2800\ufe0e\u{e0041}\ufeff']

t.test('invisible characters are removed from typed text', async t => {
  for (const character of invisible)
    t.equal(visibleText(`${character}a${character}b${character}`), 'ab', JSON.stringify(character))
  t.equal(visibleText(' one\r\ntwo\r\tthree \ud800 '), 'one\ntwo\n\tthree \ufffd')
  t.equal(visibleLine('one\r\n\u200b\u00a0 two\u3000'), 'one two')
})

t.test('joiners stay within a word: Persian names, Indian scripts and emoji need them', async t => {
  for (const text of ['نرگس\u200cبانو', 'ශ්\u200dරී', '👩\u200d👩\u200d👧', '❤\ufe0f\u200d🔥', '⚠\ufe0f'])
    t.equal(visibleText(text), text)
})

t.test('a text of joiners alone is empty', async t => {
  for (const joiner of '\u200c\u200d\ufe0f')
    for (const pattern of [joiner, `${joiner} `, `\u3164${joiner}`, `${joiner}\u034f`, `\u200d${joiner}`])
      t.equal(visibleText(pattern.repeat(5)), '', JSON.stringify(pattern))
})

t.test('what a reader sees as one character counts once', async t => {
  for (const [text, count] of [
    ['', 0],
    ['a b', 3],
    ['e\u0301'.repeat(2), 2],
    ['👩\u200d👩\u200d👧', 1],
    ['a\u200d\u200d\u200d\u200d', 1],
  ] as const)
    t.equal(countVisible(text), count, JSON.stringify(text))
})

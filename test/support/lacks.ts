import type { Test } from 'tap'

/**
 * `t.notMatch` for long texts: that one compares both line by line although nothing is printed of it, which takes longer
 * than many a test's whole work on a page, and minutes on a log. Where there is no text, nothing is proved of it.
 */
export function lacks(
  t: Test,
  text: string | null | undefined,
  pattern: string | RegExp,
  name = 'it is not in there',
): boolean {
  if (typeof text !== 'string') return t.fail(`${name}: there is no text`)
  const at = typeof pattern === 'string' ? text.indexOf(pattern) : text.search(pattern)
  if (at < 0) return t.pass(name)
  return t.fail(name, { found: text.slice(Math.max(0, at - 200), at + 200), wanted: `not ${pattern}` })
}

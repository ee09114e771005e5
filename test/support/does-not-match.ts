import type { Test } from 'tap'

/**
 * `t.notMatch` for long texts: tap's own always diffs line by line, which takes minutes on a log. Fails without a
 * text, since that would prove nothing.
 */
export function doesNotMatch(
  t: Test,
  text: string | null | undefined,
  pattern: string | RegExp,
  name = 'the text does not match',
): boolean {
  if (typeof text !== 'string') return t.fail(`${name}: no text was found`)
  const at = typeof pattern === 'string' ? text.indexOf(pattern) : text.search(pattern)
  if (at < 0) return t.pass(name)
  return t.fail(name, { found: text.slice(Math.max(0, at - 200), at + 200), wanted: `not ${pattern}` })
}

import type { Parser, Result } from 'tap-parser'

export const say = (sentence: string): void => {
  process.stdout.write(`${sentence}\n`)
}

/** A test is the innermost `t.test`, or a whole file that has none. */
export const count = { passed: 0, failed: 0, skipped: 0 }
export const skips: string[] = []

/** One level of a file's TAP: the file, a `t.test`, or one inside it. */
interface Level {
  readonly names: readonly string[]
  readonly complaints: Result[]
  /** Points of its own, passed or not: a test without one proves nothing. */
  points: number
  tests: number
  failed: number
}

export function fail(names: readonly string[], why: string): void {
  count.failed += 1
  say(`✘ ${names.join(' › ')}\n${why.replace(/^/gm, '    ')}`)
}

function skip(names: readonly string[], reason: string | boolean): void {
  count.skipped += 1
  const told = `${names.join(' › ')}${typeof reason === 'string' ? ` (${reason})` : ''}`
  skips.push(told)
  say(`- skipped: ${told}`)
}

export function listen(parser: Parser, names: readonly string[] = []): Level {
  const level: Level = { names, complaints: [], points: 0, tests: 0, failed: 0 }
  let inner: Level | undefined
  // What a long proof measured is quoted, where it ran in full.
  if (process.env['PROVE'] === 'full') parser.on('comment', tell)
  parser.on('child', (child: Parser) => {
    inner = listen(child, [...names, child.name])
  })
  parser.on('assert', (result: Result) => {
    const closes = inner?.names.at(-1) === result.name && result.closingTestPoint
    if (inner && closes) {
      const failed = conclude(inner, result)
      level.tests += 1
      level.failed += failed
      const isFile = names.length === 0
      if (isFile) say(`${failed > 0 ? '✘' : '✔'} ${result.name}  ${Math.round(result.time ?? 0)} ms`)
    } else if (result.skip || result.todo) {
      level.tests += 1
      skip([...names, result.name], result.skip || 'still to do')
    } else {
      level.points += 1
      if (!result.ok) level.complaints.push(result)
    }
  })
  return level
}

function tell(comment: string): void {
  const words = comment.replace(/^#\s*/, '').trim()
  if (words && !/^(Subtest:|time=|passed|failed|skip|No coverage|\{)/.test(words)) say(`    ${words}`)
}

/** Counts a test that has ended, and says how many failures that makes. */
function conclude({ names, complaints, points, tests, failed }: Level, result: Result): number {
  const isEmpty = points === 0 && tests === 0
  const assertsNothing = isEmpty && (!result.skip || result.skip === 'no tests found') && !result.todo
  // A file that died at load has no point either: its own words say more than that.
  const isPassed = result.ok && !assertsNothing
  if (result.todo || (result.skip && !assertsNothing)) skip(names, result.skip || 'still to do')
  else if (!isPassed && (failed === 0 || complaints.length > 0)) {
    const why = assertsNothing && result.ok ? 'It asserts nothing.' : complaints.map(explain).join('\n')
    fail(names, why || explain(result))
    return failed + 1
  } else if (isPassed && tests === 0) count.passed += 1
  return failed
}

function explain({ name, diag }: Result): string {
  const { diff, stack, at, exitCode, signal, ...rest } = diag ?? {}
  const place = stack ?? (at && `${at.fileName}:${at.lineNumber}:${at.columnNumber}`)
  const ending = exitCode || signal ? `The file ended with ${signal ?? `exit code ${exitCode}`}.` : ''
  const values = ['found', 'wanted', 'expired', 'code', 'cause'].filter(key => key in rest)
  const told = values.map(key => `${key}: ${JSON.stringify(rest[key]).slice(0, 1000)}`)
  return [name, ending, diff?.trim(), ...told, place?.trim()].filter(Boolean).join('\n')
}

import type { Parser, Result } from 'tap-parser'

/** Result of an innermost `t.test`, or of a file without any. */
export interface Outcome {
  readonly kind: 'passed' | 'failed' | 'skipped'
  /** The file, then the tests from the outermost in. */
  readonly names: readonly string[]
  /** Why it failed (with found and wanted) or was skipped; empty for a pass. */
  readonly reason: string
}

export const fileComment = (file: string): string => `file: ${file}`

/** One level of a file's TAP: the file, or a `t.test` at any depth. */
interface Level {
  readonly names: readonly string[]
  readonly failedAssertions: Result[]
  /** The number of this level's own assertions; a test without any proves nothing. */
  assertions: number
  tests: number
  failed: number
}

const newLevel = (names: readonly string[]): Level => ({
  names,
  failedAssertions: [],
  assertions: 0,
  tests: 0,
  failed: 0,
})

interface TapEvents {
  readonly report: (outcome: Outcome) => void
  readonly onFile?: (file: string) => void
  readonly onComment?: (comment: string) => void
}

/** How a process ended: why it skips everything, or what went wrong with the process. */
interface ProcessEnd {
  readonly skipped: string | null
  /** Empty if none. */
  readonly problem: string
}

/**
 * Reads the TAP of a process and reports each test when it ends.
 * @returns a function for the process's end, which reports the rest.
 */
export function readTap(
  parser: Parser,
  files: readonly string[],
  { report, onFile, onComment = () => undefined }: TapEvents,
): (end: ProcessEnd) => void {
  const [first = ''] = files
  let file = newLevel([first])
  const ended: Level[] = [file]
  parser.on('comment', (comment: string) => {
    const next = files.find(name => comment.trim() === `# ${fileComment(name)}`)
    if (!next || next === file.names[0]) return
    file = newLevel([next])
    onFile?.(next)
    ended.push(file)
  })
  listen(parser, () => file, report, onComment)

  return ({ skipped, problem }) => {
    const isExplained = ended.some(level => level.failed > 0 || level.failedAssertions.length > 0)
    for (const level of ended) {
      const { names, failedAssertions, tests, assertions } = level
      const why = failedAssertions.map(explain)
      if (problem && !isExplained && level === file) why.push(problem)
      if (why.length > 0) report({ kind: 'failed', names, reason: why.join('\n') })
      else if (skipped !== null && tests === 0) report({ kind: 'skipped', names, reason: skipped })
      else if (tests === 0 && assertions === 0)
        report({ kind: 'failed', names, reason: 'The file asserts nothing.' })
      else if (tests === 0) report({ kind: 'passed', names, reason: '' })
    }
    for (const name of files.slice(ended.length))
      report({ kind: 'failed', names: [name], reason: 'The file was not reached.' })
  }
}

function listen(
  parser: Parser,
  current: () => Level,
  report: (outcome: Outcome) => void,
  onComment: (comment: string) => void,
): void {
  let inner: Level | undefined
  parser.on('comment', onComment)
  parser.on('child', (child: Parser) => {
    const level = newLevel([...current().names, child.name])
    inner = level
    listen(child, () => level, report, onComment)
  })
  parser.on('assert', (result: Result) => {
    const level = current()
    if (inner && inner.names.at(-1) === result.name && result.closingTestPoint) {
      level.tests += 1
      level.failed += conclude(inner, result, report)
      inner = undefined
    } else if (result.skip || result.todo) {
      level.tests += 1
      report({ kind: 'skipped', names: [...level.names, result.name], reason: reasonOf(result) })
    } else {
      level.assertions += 1
      if (!result.ok) level.failedAssertions.push(result)
    }
  })
}

const reasonOf = ({ skip, todo }: Result): string =>
  [skip, todo].find(reason => typeof reason === 'string') ?? 'no reason is given'

/** @returns the number of failures. */
function conclude(level: Level, result: Result, report: (outcome: Outcome) => void): number {
  const { names, failedAssertions, assertions, tests, failed } = level
  const isEmpty = assertions === 0 && tests === 0
  const assertsNothing = isEmpty && (!result.skip || result.skip === 'no tests found') && !result.todo
  const isPassed = result.ok && !assertsNothing
  if (result.todo || (result.skip && !assertsNothing))
    report({ kind: 'skipped', names, reason: reasonOf(result) })
  else if (!isPassed && (failed === 0 || failedAssertions.length > 0)) {
    const explanation = failedAssertions.map(explain).join('\n')
    report({
      kind: 'failed',
      names,
      reason: explanation || (assertsNothing ? 'The test asserts nothing.' : explain(result)),
    })
    return failed + 1
  } else if (isPassed && tests === 0) report({ kind: 'passed', names, reason: '' })
  return failed
}

function explain({ name, diag }: Result): string {
  const { diff, stack, at, ...rest } = diag ?? {}
  const place = stack ?? (at && `${at.fileName}:${at.lineNumber}:${at.columnNumber}`)
  const values = ['found', 'wanted', 'expired', 'code', 'cause'].filter(key => key in rest)
  const details = values.map(key => `${key}: ${JSON.stringify(rest[key]).slice(0, 1000)}`)
  return [name, diff?.trim(), ...details, place?.trim()].filter(Boolean).join('\n')
}

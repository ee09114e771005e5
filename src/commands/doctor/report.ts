import { type Verdict, verdicts } from './check.ts'
import type { CheckResult } from './run-checks.ts'

const width = Math.max(...verdicts.map(verdict => verdict.length)) + 2

export function formatCheck({ name, see, finding }: CheckResult): string {
  const line = `${finding.verdict.padEnd(width)}${name}: ${finding.message}`
  return finding.verdict === 'passed' ? line : `${line}\n${' '.repeat(width)}${finding.fix} (${see})`
}

export function formatCheckAsJson({ name, see, finding }: CheckResult): string {
  const { verdict, message } = finding
  return JSON.stringify({
    check: name,
    verdict,
    message,
    ...(finding.verdict !== 'passed' && { fix: finding.fix, see }),
  })
}

const plural: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  warning: 'warnings',
  failed: 'failed',
  'could not be checked': 'could not be checked',
}

export function formatSummary(all: readonly CheckResult[]): string {
  const counts = verdicts.map(verdict => {
    const count = all.filter(({ finding }) => finding.verdict === verdict).length
    return `${count} ${count === 1 ? verdict : plural[verdict]}`
  })
  return `${counts.join(', ')}.`
}

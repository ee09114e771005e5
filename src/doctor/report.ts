import { type Verdict, verdicts } from './check.ts'
import type { Examined } from './examine.ts'

const width = Math.max(...verdicts.map(verdict => verdict.length)) + 2

export function lineOf({ name, see, finding }: Examined): string {
  const line = `${finding.verdict.padEnd(width)}${name}: ${finding.says}`
  return finding.verdict === 'passed' ? line : `${line}\n${' '.repeat(width)}${finding.wayOn} (${see})`
}

export function jsonLineOf({ name, see, finding }: Examined): string {
  const { verdict, says } = finding
  return JSON.stringify({
    check: name,
    verdict,
    says,
    ...(finding.verdict !== 'passed' && { wayOn: finding.wayOn, see }),
  })
}

const plural: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  warning: 'warnings',
  failed: 'failed',
  'could not be checked': 'could not be checked',
}

export function summaryOf(all: readonly Examined[]): string {
  const counts = verdicts.map(verdict => {
    const count = all.filter(({ finding }) => finding.verdict === verdict).length
    return `${count} ${count === 1 ? verdict : plural[verdict]}`
  })
  return `${counts.join(', ')}.`
}

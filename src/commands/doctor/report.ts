import { once } from 'node:events'
import type { Secret } from '../../domain/secret.ts'
import { type Check, type Finding, failed, inconclusive, verdicts } from './check.ts'
import { reasonOf } from './error-texts.ts'

export interface CheckResult extends Pick<Check, 'name' | 'see'> {
  readonly finding: Finding
}

interface RunOptions {
  /** Milliseconds per check. */
  readonly timeout?: number
  /** Removed from findings. */
  readonly secrets: readonly Secret[]
  /** Called in list order. */
  readonly report: (result: CheckResult) => void
}

export async function runChecks(
  checks: readonly Check[],
  { timeout = 10_000, secrets, report }: RunOptions,
): Promise<readonly CheckResult[]> {
  const running = checks.map(async ({ name, see, run }) => {
    const finding = withoutSecrets(await runWithTimeout(timeout, run), secrets)
    return { name, see, finding }
  })
  const all: CheckResult[] = []
  for (const one of running) {
    all.push(await one)
    report(await one)
  }
  return all
}

function runWithTimeout(timeout: number, run: Check['run']): Promise<Finding> {
  const signal = AbortSignal.timeout(timeout)
  const timedOut = once(signal, 'abort').then(() =>
    failed(
      `No response within ${timeout / 1000} seconds.`,
      'Check that it runs and that no firewall drops the traffic.',
    ),
  )
  const done = run(signal).catch(error =>
    inconclusive(`Check failed: ${reasonOf(error)}.`, 'Fix this first, then run the doctor again.'),
  )
  return Promise.race([done, timedOut])
}

/** Second line of defence: drivers' errors can contain anything. */
export function withoutSecrets({ verdict, message, fix }: Finding, secrets: readonly Secret[]): Finding {
  const clean = (text: string) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret.reveal(), '[secret]'), text)
  return { verdict, message: clean(message), ...(fix && { fix: clean(fix) }) }
}

const width = Math.max(...verdicts.map(verdict => verdict.length)) + 2

export function formatCheck({ name, see, finding: { verdict, message, fix } }: CheckResult): string {
  const line = `${verdict.padEnd(width)}${name}: ${message}`
  return fix ? `${line}\n${' '.repeat(width)}${fix} (${see})` : line
}

export const formatCheckAsJson = ({ name, see, finding }: CheckResult): string =>
  JSON.stringify({ check: name, ...finding, ...(finding.fix && { see }) })

export function formatSummary(all: readonly CheckResult[]): string {
  const counts = verdicts.map(verdict => {
    const count = all.filter(({ finding }) => finding.verdict === verdict).length
    return `${count} ${verdict === 'warning' && count !== 1 ? 'warnings' : verdict}`
  })
  return `${counts.join(', ')}.`
}

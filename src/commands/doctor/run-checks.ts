import type { Secret } from '../../domain/secret.ts'
import { type Check, type Finding, failed, inconclusive } from './check.ts'
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
  const running = checks.map(async ({ name, see, run }): Promise<CheckResult> => {
    const finding = await runWithTimeout(timeout, run)
    return { name, see, finding: withoutSecrets(finding, secrets) }
  })
  const all: CheckResult[] = []
  for (const one of running) {
    const result = await one
    report(result)
    all.push(result)
  }
  return all
}

async function runWithTimeout(timeout: number, run: Check['run']): Promise<Finding> {
  const timedOut = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const timeoutFinding = new Promise<Finding>(resolve => {
    timer = setTimeout(() => {
      resolve(
        failed(
          `No response within ${timeout / 1000} seconds.`,
          'Check that it runs and that no firewall drops the traffic.',
        ),
      )
      timedOut.abort()
    }, timeout)
  })
  const done = run(timedOut.signal).catch(error =>
    inconclusive(`Check failed: ${reasonOf(error)}.`, 'Fix this first, then run the doctor again.'),
  )
  return Promise.race([done, timeoutFinding]).finally(() => clearTimeout(timer))
}

/** Second line of defence: drivers' errors can contain anything. */
function withoutSecrets(finding: Finding, secrets: readonly Secret[]): Finding {
  const clean = (text: string) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret.reveal(), '[secret]'), text)
  const message = clean(finding.message)
  return finding.verdict === 'passed'
    ? { ...finding, message }
    : { ...finding, message, fix: clean(finding.fix) }
}

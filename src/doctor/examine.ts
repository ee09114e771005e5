import type { Secret } from '../domain/secret.ts'
import { type Check, type Finding, failed, unchecked } from './check.ts'
import { reasonOf } from './reasons.ts'

export interface Examined extends Pick<Check, 'name' | 'see'> {
  readonly finding: Finding
}

interface Examination {
  /** Milliseconds that each check has. */
  readonly patience?: number
  /** What is never told, in whatever words somebody else's error comes. */
  readonly secrets: readonly Secret[]
  /** Hears of each in the order of the list, as soon as it and those before it are over. */
  readonly tell: (examined: Examined) => void
}

/** All at once: one that hangs or fails keeps no other from its end. */
export async function examine(
  checks: readonly Check[],
  { patience = 10_000, secrets, tell }: Examination,
): Promise<readonly Examined[]> {
  const under = checks.map(async ({ name, see, run }): Promise<Examined> => {
    const finding = await within(patience, run)
    return { name, see, finding: concealing(finding, secrets) }
  })
  const all: Examined[] = []
  for (const one of under) {
    const examined = await one
    tell(examined)
    all.push(examined)
  }
  return all
}

async function within(patience: number, run: Check['run']): Promise<Finding> {
  const over = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding>(resolve => {
    timer = setTimeout(() => {
      resolve(
        failed(
          `There was no answer within ${patience / 1000} seconds.`,
          'Look whether it runs, and whether a firewall swallows what is sent to it.',
        ),
      )
      over.abort()
    }, patience)
  })
  const done = run(over.signal).catch(error =>
    unchecked(`It cannot be told: ${reasonOf(error)}.`, 'Mend that first, and run the doctor again.'),
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}

/** The second line behind `Secret`: nobody knows what a driver puts into its errors. */
function concealing(finding: Finding, secrets: readonly Secret[]): Finding {
  const conceal = (text: string) =>
    secrets.reduce((clean, secret) => clean.replaceAll(secret.reveal(), '[secret]'), text)
  const says = conceal(finding.says)
  return finding.verdict === 'passed'
    ? { ...finding, says }
    : { ...finding, says, wayOn: conceal(finding.wayOn) }
}

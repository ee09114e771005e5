import { findInAttempt } from './attempt.ts'
import { findInConnection, findInPlan } from './authorisation.ts'
import { type Cause, rankOf } from './causes.ts'
import type { CaseFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { findInLoading } from './loading.ts'
import { findInMail, findInPages, findInWork, findOutlook } from './outlook.ts'

/** By rank; never empty. */
export type Diagnosis = readonly [Finding, ...Finding[]]

/** Uses only what Amazon shows and our own data (S-42). */
export function diagnose(facts: CaseFacts, now: Date): Diagnosis {
  const findings = [
    ...findInPlan(facts),
    ...findInAttempt(facts, now),
    ...findInConnection(facts),
    ...findInWork(facts, now),
    ...findInLoading(facts, now),
    ...findInMail(facts),
    ...findInPages(facts, now),
  ]
  const all = merged([...findings, ...findOutlook(facts, findings, now)])
  const [first, ...rest] = all.toSorted((one, other) => rankOf(one.cause) - rankOf(other.cause))
  if (!first) throw new Error('a case without a finding')
  return [first, ...rest]
}

function merged(findings: readonly Finding[]): Finding[] {
  const byCause = new Map<Cause, Finding>()
  for (const finding of findings) {
    const known = byCause.get(finding.cause)
    if (!known) byCause.set(finding.cause, finding)
    else
      byCause.set(finding.cause, {
        ...known,
        since: earlier(known.since, finding.since),
        evidence: [...known.evidence, ...finding.evidence],
        about: {
          ...finding.about,
          ...known.about,
          ...(known.about.regions && {
            regions: [...new Set([...known.about.regions, ...(finding.about.regions ?? [])])],
          }),
        },
      })
  }
  return [...byCause.values()]
}

const earlier = (one: Date | null, other: Date | null): Date | null =>
  one && other ? (one < other ? one : other) : (one ?? other)

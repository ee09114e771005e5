import { diagnoseAttempt } from './attempt.ts'
import { diagnoseConnection, diagnosePlan } from './authorisation.ts'
import { type Cause, rankOf } from './causes.ts'
import { diagnoseCurrentState, diagnoseEmail, diagnosePages, diagnoseWorkers } from './current-state.ts'
import type { DiagnosisInput } from './facts.ts'
import type { Finding } from './finding.ts'
import { diagnoseReports } from './reports.ts'

/** By rank; never empty. */
export type Diagnosis = readonly [Finding, ...Finding[]]

/** S-42. */
export function diagnose(facts: DiagnosisInput, now: Date): Diagnosis {
  const findings = [
    ...diagnosePlan(facts),
    ...diagnoseAttempt(facts, now),
    ...diagnoseConnection(facts),
    ...diagnoseWorkers(facts, now),
    ...diagnoseReports(facts, now),
    ...diagnoseEmail(facts),
    ...diagnosePages(facts, now),
  ]
  const all = merged([...findings, ...diagnoseCurrentState(facts, findings, now)])
  const [first, ...rest] = all.toSorted((one, other) => rankOf(one.cause) - rankOf(other.cause))
  if (!first) throw new Error('the case has no finding')
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

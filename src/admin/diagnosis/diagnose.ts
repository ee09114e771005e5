import { diagnoseAttempt } from './attempt.ts'
import { diagnoseConnection, diagnosePlan } from './authorisation.ts'
import { type Cause, rankOf } from './causes.ts'
import { diagnoseCurrentState, diagnoseEmail, diagnosePages, diagnoseWorkers } from './current-state.ts'
import type { DiagnosisInput } from './diagnosis-input.ts'
import type { Finding } from './finding.ts'
import { diagnoseReports } from './reports.ts'

/** By rank; never empty. */
export type Diagnosis = readonly [Finding, ...Finding[]]

/** S-42. */
export function diagnose(input: DiagnosisInput, now: Date): Diagnosis {
  const findings = [
    ...diagnosePlan(input),
    ...diagnoseAttempt(input, now),
    ...diagnoseConnection(input),
    ...diagnoseWorkers(input, now),
    ...diagnoseReports(input, now),
    ...diagnoseEmail(input),
    ...diagnosePages(input, now),
  ]
  const all = mergeByCause([...findings, ...diagnoseCurrentState(input, findings, now)])
  const [first, ...rest] = all.toSorted((one, other) => rankOf(one.cause) - rankOf(other.cause))
  if (!first) throw new Error('the case has no finding')
  return [first, ...rest]
}

function mergeByCause(findings: readonly Finding[]): Finding[] {
  const byCause = new Map<Cause, Finding>()
  for (const finding of findings) {
    const existing = byCause.get(finding.cause)
    if (!existing) byCause.set(finding.cause, finding)
    else
      byCause.set(finding.cause, {
        ...existing,
        since: earlierOf(existing.since, finding.since),
        evidence: [...existing.evidence, ...finding.evidence],
        about: {
          ...finding.about,
          ...existing.about,
          ...(existing.about.regions && {
            regions: [...new Set([...existing.about.regions, ...(finding.about.regions ?? [])])],
          }),
        },
      })
  }
  return [...byCause.values()]
}

const earlierOf = (one: Date | null, other: Date | null): Date | null =>
  one && other ? (one < other ? one : other) : (one ?? other)

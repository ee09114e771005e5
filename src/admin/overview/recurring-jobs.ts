import { after, minutes, seconds } from '../../domain/calendar.ts'
import type { RecurringJobRun } from '../ports.ts'

export interface RecurringJob {
  /** Milliseconds from start to start. */
  readonly interval: number
  readonly purpose: string
  readonly whenLate: string
}

/** By Agenda's job name. Each job can run twice and concurrently (decision 30). */
export const recurringJobs = {
  'Fetch Amazon users': {
    interval: seconds(30),
    purpose: 'Asks Amazon who authorised a connection, if the callback couldn’t.',
    whenLate: 'The account page doesn’t name the Amazon user yet.',
  },
  'Purge sessions and links': {
    interval: minutes(1),
    purpose: 'Deletes ended sessions and expired links.',
    whenLate: 'They stay stored, but no page accepts them.',
  },
  'Remove completed jobs': {
    interval: minutes(1),
    purpose: 'Deletes completed jobs of killed processes from the job store.',
    whenLate: 'The job store grows.',
  },
  'Schedule missing syncs': {
    interval: minutes(10),
    purpose: 'Schedules the daily sync of connections without one.',
    whenLate: 'These connections load no new days.',
  },
} as const satisfies Readonly<Record<string, RecurringJob>>

export type RecurringJobName = keyof typeof recurringJobs

export const recurringJobNames = Object.keys(recurringJobs) as readonly RecurringJobName[]

/** Longer than the watchdog needs to run a missed job. */
const lateAfter = minutes(1)

export interface RecurringJobStatus extends RecurringJob {
  readonly name: RecurringJobName
  /** Null if it never ran. */
  readonly lastRun: RecurringJobRun | null
  readonly isLate: boolean
}

export const recurringJobStatuses = (runs: readonly RecurringJobRun[], now: Date): RecurringJobStatus[] =>
  recurringJobNames.map(name => {
    const job = recurringJobs[name]
    const lastRun = runs.find(run => run.name === name) ?? null
    const isLate = !lastRun || now >= after(lastRun.startedAt, job.interval + lateAfter)
    return { ...job, name, lastRun, isLate }
  })

import { MongoClient } from 'mongodb'
import pg from 'pg'
import type { Test } from 'tap'
import { cloneDatabase } from '../../support/servers/cluster.ts'
import { startMongo, type TestMongo } from './mongo.ts'

export interface JobStore {
  readonly name: 'PostgreSQL' | 'MongoDB'
  readonly url: string
  readonly power: TestMongo['power']
  /** Loses, doubles or delays each stored job at random. @returns how many of each. */
  injectFaults(random: () => number): Promise<FaultCounts>
}

export interface FaultCounts {
  readonly lost: number
  readonly doubled: number
  readonly delayed: number
}

type JobFault = keyof FaultCounts
const jobFaults = ['lost', 'doubled', 'delayed'] as const

/** Longer than any test waits for a job. */
const delayMilliseconds = 3_600_000

export async function jobsInPostgres(t: Test): Promise<JobStore> {
  const database = await cloneDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  t.teardown(async () => {
    await pool.end()
    await database.drop()
  })
  const statements: Readonly<Record<JobFault, string>> = {
    lost: 'delete from agenda.agenda_jobs where id = $1',
    // The copy of a recurring job is not recurring: PostgreSQL stores each of those once.
    doubled: `insert into agenda.agenda_jobs (name, priority, next_run_at, data)
              select name, priority, next_run_at, data from agenda.agenda_jobs where id = $1`,
    delayed: `update agenda.agenda_jobs set next_run_at = next_run_at + interval '${delayMilliseconds} ms' where id = $1`,
  }
  return {
    name: 'PostgreSQL',
    url: database.url,
    power: null,
    injectFaults: async random => {
      const { rows } = await pool.query<{ id: string }>(
        'select id from agenda.agenda_jobs where locked_at is null',
      )
      return injectFaultsInto(rows, random, async ({ id }, fault) => {
        const { rowCount } = await pool.query(statements[fault], [id])
        return rowCount === 1
      })
    },
  }
}

export async function jobsInMongo(t: Test): Promise<JobStore> {
  const mongo = await startMongo(t)
  const client = new MongoClient(mongo.url)
  t.teardown(() => client.close())
  const jobs = client.db().collection('agendaJobs')
  return {
    name: 'MongoDB',
    url: mongo.url,
    power: mongo.power,
    injectFaults: async random => {
      const found = await jobs.find({ lockedAt: null }).toArray()
      return injectFaultsInto(found, random, async ({ _id, ...job }, fault) => {
        if (fault === 'lost') return (await jobs.deleteOne({ _id })).deletedCount === 1
        if (fault === 'doubled') return (await jobs.insertOne(job)).acknowledged
        const later = new Date(Number(job['nextRunAt']) + delayMilliseconds)
        return (await jobs.updateOne({ _id }, { $set: { nextRunAt: later } })).modifiedCount === 1
      })
    },
  }
}

/** @param apply injects the fault; returns false when the job no longer exists. */
async function injectFaultsInto<Job>(
  jobs: readonly Job[],
  random: () => number,
  apply: (job: Job, fault: JobFault) => Promise<boolean>,
): Promise<FaultCounts> {
  const counts = { lost: 0, doubled: 0, delayed: 0 }
  for (const job of jobs) {
    const fault = jobFaults[Math.floor(random() * (jobFaults.length + 1))]
    if (fault && (await apply(job, fault))) counts[fault] += 1
  }
  return counts
}

import { MongoClient } from 'mongodb'
import pg from 'pg'
import type { Test } from 'tap'
import { cloneDatabase } from '../../support/cluster.ts'
import { startMongo, type TestMongo } from './mongo.ts'

export interface JobsPlace {
  readonly name: 'PostgreSQL' | 'MongoDB'
  readonly url: string
  readonly power: TestMongo['power']
  /** Loses, doubles or delays each stored job at random. @returns how many of each. */
  spoil(roll: () => number): Promise<Spoilt>
}

export interface Spoilt {
  readonly lost: number
  readonly doubled: number
  readonly delayed: number
}

type Deed = keyof Spoilt
const actionTexts = ['lost', 'doubled', 'delayed'] as const

/** Longer than any test waits for a job. */
const delayMilliseconds = 3_600_000

export async function jobsInPostgres(t: Test): Promise<JobsPlace> {
  const database = await cloneDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  t.teardown(async () => {
    await pool.end()
    await database.drop()
  })
  const statements: Readonly<Record<Deed, string>> = {
    lost: 'delete from agenda_jobs where id = $1',
    doubled: `insert into agenda_jobs (name, priority, next_run_at, type, data)
              select name, priority, next_run_at, type, data from agenda_jobs where id = $1`,
    delayed: `update agenda_jobs set next_run_at = next_run_at + interval '${delayMilliseconds} ms' where id = $1`,
  }
  return {
    name: 'PostgreSQL',
    url: database.url,
    power: null,
    spoil: async roll => {
      const { rows } = await pool.query<{ id: string }>('select id from agenda_jobs where locked_at is null')
      return spoilEach(rows, roll, async ({ id }, action) => {
        const { rowCount } = await pool.query(statements[action], [id])
        return rowCount === 1
      })
    },
  }
}

export async function jobsInMongo(t: Test): Promise<JobsPlace> {
  const mongo = await startMongo(t)
  const client = new MongoClient(mongo.url)
  t.teardown(() => client.close())
  const jobs = client.db().collection('agendaJobs')
  return {
    name: 'MongoDB',
    url: mongo.url,
    power: mongo.power,
    spoil: async roll => {
      const found = await jobs.find({ lockedAt: null }).toArray()
      return spoilEach(found, roll, async ({ _id, ...job }, action) => {
        if (action === 'lost') return (await jobs.deleteOne({ _id })).deletedCount === 1
        if (action === 'doubled') return (await jobs.insertOne(job)).acknowledged
        const later = new Date(Number(job['nextRunAt']) + delayMilliseconds)
        return (await jobs.updateOne({ _id }, { $set: { nextRunAt: later } })).modifiedCount === 1
      })
    },
  }
}

/** @param act returns whether the job still existed. */
async function spoilEach<Job>(
  jobs: readonly Job[],
  roll: () => number,
  act: (job: Job, action: Deed) => Promise<boolean>,
): Promise<Spoilt> {
  const spoilt = { lost: 0, doubled: 0, delayed: 0 }
  for (const job of jobs) {
    const action = actionTexts[Math.floor(roll() * (actionTexts.length + 1))]
    if (action && (await act(job, action))) spoilt[action] += 1
  }
  return spoilt
}

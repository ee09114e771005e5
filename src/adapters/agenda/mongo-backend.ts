import { MongoBackend } from '@agendajs/mongo-backend'
import { MongoClient } from 'mongodb'
import type { Secret } from '../../domain/secret.ts'
import { advanceReportJobName, type JobBackend } from './job-backend.ts'

/** Milliseconds. With the driver's default, 30 s, a failing start takes too long. */
const serverSelectionTimeout = 5000

/** @throws the driver's error, such as `MongoServerSelectionError`. */
export async function openMongoBackend(url: Secret): Promise<JobBackend> {
  const client = new MongoClient(url.reveal(), {
    appName: '1smart.link',
    serverSelectionTimeoutMS: serverSelectionTimeout,
  })
  try {
    await client.connect()
  } catch (error) {
    await client.close()
    throw error
  }
  const db = client.db()
  return {
    backend: new MongoBackend({ mongo: db }),
    async removeCompletedJobs() {
      // Agenda's default collection.
      await db
        .collection('agendaJobs')
        .deleteMany({ name: advanceReportJobName, nextRunAt: null, lockedAt: null })
    },
    close: () => client.close(),
  }
}

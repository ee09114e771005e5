import { MongoBackend } from '@agendajs/mongo-backend'
import { MongoClient } from 'mongodb'
import type { Secret } from '../../domain/secret.ts'
import { advanceReport, type OpenBackend } from './jobs.ts'

/** Milliseconds. The driver's default is 30 s, too long for a start that fails. */
const mongoMilliseconds = 5000

/** @throws the driver's error when no server answers: `MongoServerSelectionError`, `MongoParseError`, … */
export async function openMongoBackend(url: Secret): Promise<OpenBackend> {
  const client = new MongoClient(url.reveal(), {
    appName: '1smart.link',
    serverSelectionTimeoutMS: mongoMilliseconds,
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
      // Agenda's own collection name.
      await db.collection('agendaJobs').deleteMany({ name: advanceReport, nextRunAt: null, lockedAt: null })
    },
    close: () => client.close(),
  }
}

import { MongoBackend } from '@agendajs/mongo-backend'
import { MongoClient } from 'mongodb'
import type { Secret } from '../../domain/secret.ts'
import { advanceReport, type OpenBackend } from './jobs.ts'

/** The driver asks for a server for half a minute by itself; a start that is refused should say so sooner. */
const mongoMilliseconds = 5000

/** @throws what the driver throws when no server answers: `MongoServerSelectionError`, `MongoParseError`, … */
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
    async removeSpent() {
      // Agenda's own name for it.
      await db.collection('agendaJobs').deleteMany({ name: advanceReport, nextRunAt: null, lockedAt: null })
    },
    close: () => client.close(),
  }
}

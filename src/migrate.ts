import { migrate } from './adapters/postgres/database.ts'
import { loadEnvironment, readSettings, SettingsWrong } from './settings.ts'

/** `npm run migrate`: brings the database that DATABASE_URL names up to date (S-53). */
try {
  const { database } = readSettings(loadEnvironment())
  if (database.kind === 'embedded')
    throw new SettingsWrong(['DATABASE_URL is missing; npm start migrates the embedded database itself'])
  const applied = await migrate(database.url)
  process.stdout.write(
    applied.length > 0 ? `Applied ${applied.join(', ')}.\n` : 'The database is up to date.\n',
  )
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

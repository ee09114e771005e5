import { openDatabase } from '../adapters/postgres/engine/database.ts'
import { LocalKeys } from '../adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../adapters/postgres/engine/encryption/token-cipher.ts'
import { findInvariantViolations } from '../adapters/postgres/engine/invariants.ts'
import { InvalidSettings, loadEnvironment, readSettings } from '../settings/settings.ts'
import { startupErrorMessage } from './start/startup-errors.ts'

/**
 * `npm run verify` checks the database's invariants, for example after a restore.
 * Exits with 0 when all hold, 1 when some don't, 2 when unknown.
 */
const print = (stream: NodeJS.WriteStream, message: string) => stream.write(`${message}\n`)
try {
  const { database, tokenKeys } = readSettings(loadEnvironment())
  const problems: string[] = []
  if (database.kind === 'embedded')
    problems.push('DATABASE_URL is missing: the embedded database can’t be verified')
  if (!tokenKeys) problems.push('TOKEN_KEYS is missing')
  if (database.kind === 'embedded' || !tokenKeys) throw new InvalidSettings(problems)
  const opened = await openDatabase(database.url, { poolSize: 2, onError: () => undefined })
  try {
    const cipher = new TokenCipher(new LocalKeys(tokenKeys))
    const violations = await findInvariantViolations(opened, cipher, message =>
      print(process.stdout, message),
    )
    for (const violation of violations) print(process.stderr, violation)
    print(
      process.stdout,
      violations.length === 0 ? 'All checks passed.' : `${violations.length} checks failed.`,
    )
    process.exitCode = violations.length === 0 ? 0 : 1
  } finally {
    await opened.close()
  }
} catch (error) {
  print(process.stderr, startupErrorMessage(error))
  process.exitCode = 2
}

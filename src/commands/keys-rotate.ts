import { openDatabase } from '../adapters/postgres/engine/database.ts'
import { countByKey, rotateKeys } from '../adapters/postgres/engine/encryption/key-rotation.ts'
import { LocalKeys } from '../adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../adapters/postgres/engine/encryption/token-cipher.ts'
import { InvalidSettings, loadEnvironment, readSettings, type Settings } from '../settings/settings.ts'

/**
 * `npm run keys:rotate` re-encrypts every token that isn't under the first of TOKEN_KEYS, while the product runs
 * (S-12).
 * `-- --check` only counts. Exits with 0 when none is left.
 */
try {
  process.exitCode = (await run(readSettings(loadEnvironment()), process.argv.includes('--check'))) ? 0 : 1
} catch (error) {
  print(process.stderr, error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

async function run(settings: Settings, isCheckOnly: boolean): Promise<boolean> {
  const { url, tokenKeys } = requireSettings(settings)
  const keys = new LocalKeys(tokenKeys)
  const { pool, close } = await openDatabase(url, { poolSize: 2, onError: () => undefined })
  try {
    const rotated = isCheckOnly ? null : await rotateKeys(pool, new TokenCipher(keys), createThrottledLog())
    for (const place of rotated?.undecryptable ?? []) print(process.stderr, place)
    if (rotated) print(process.stdout, `Re-encrypted: ${rotated.reencryptedCount}.`)
    return reportCounts(await countByKey(pool), keys.newestId) && (rotated?.undecryptable.length ?? 0) === 0
  } finally {
    await close()
  }
}

function reportCounts(counts: ReadonlyMap<string | null, number>, newest: string): boolean {
  const others = [...counts].filter(([key]) => key !== newest)
  print(process.stdout, `Under the newest key ${newest}: ${counts.get(newest) ?? 0}.`)
  for (const [key, count] of others)
    print(process.stdout, key === null ? `Not encrypted: ${count}.` : `Under key ${key}: ${count}.`)
  print(
    process.stdout,
    others.length === 0
      ? 'Rotation complete: TOKEN_KEYS needs only its first key.'
      : 'Rotation incomplete: keep the older keys in TOKEN_KEYS.',
  )
  return others.length === 0
}

function requireSettings({ database, tokenKeys }: Settings) {
  const problems: string[] = []
  if (database.kind === 'embedded')
    problems.push('DATABASE_URL is missing: the embedded database has one generated key')
  if (!tokenKeys) problems.push('TOKEN_KEYS is missing')
  if (database.kind === 'embedded' || !tokenKeys) throw new InvalidSettings(problems)
  return { url: database.url, tokenKeys }
}

function createThrottledLog(): (column: string, reencrypted: number) => void {
  let loggedAt = 0
  return (column, reencrypted) => {
    if (Date.now() - loggedAt < 1000) return
    loggedAt = Date.now()
    print(process.stdout, `${column}: ${reencrypted} re-encrypted`)
  }
}

function print(stream: NodeJS.WriteStream, message: string): void {
  stream.write(`${message}\n`)
}

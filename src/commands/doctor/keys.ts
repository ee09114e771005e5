import { countByKey, findUndecryptable } from '../../adapters/postgres/engine/encryption/key-rotation.ts'
import { LocalKeys } from '../../adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../../adapters/postgres/engine/encryption/token-cipher.ts'
import type { Secret } from '../../domain/secret.ts'
import {
  type Check,
  countOf,
  docLinks,
  type Finding,
  failed,
  inconclusive,
  passed,
  warning,
} from './check.ts'
import { databaseCheck } from './database.ts'
import type { Installation } from './installation.ts'

export const keyChecks = (installation: Installation): Check[] => [
  {
    name: 'session keys',
    see: docLinks.secrets,
    run: async () => checkSessionKeys(installation),
  },
  databaseCheck(installation, { name: 'token keys', see: docLinks.keys }, async ({ pool }) => {
    const { tokenKeys } = installation
    if (!tokenKeys) return notGenerated('TOKEN_KEYS')
    const weak = weaknessOf('TOKEN_KEYS', tokenKeys)
    if (weak) return weak
    const keys = new LocalKeys(tokenKeys)
    const counted = checkKeys(keys.ids, await countByKey(pool))
    if (counted?.verdict === 'failed') return counted
    const decryption = checkDecryption(await findUndecryptable(pool, new TokenCipher(keys)), keys.ids.length)
    return decryption.verdict === 'failed' ? decryption : (counted ?? decryption)
  }),
]

function checkSessionKeys({ sessionKeys, tokenKeys }: Installation): Finding {
  if (!sessionKeys) return notGenerated('SESSION_KEYS')
  const weak = weaknessOf('SESSION_KEYS', sessionKeys)
  if (weak) return weak
  const shared = sessionKeys.some(key => tokenKeys?.some(other => other.reveal() === key.reveal()))
  if (shared)
    return warning(
      'SESSION_KEYS and TOKEN_KEYS share a key: a leak exposes both.',
      'Generate a new key for SESSION_KEYS. Everyone must sign in again; nothing else is lost.',
    )
  return passed(`${countOf(sessionKeys.length, 'key')} of 32 bytes, none guessable.`)
}

const notGenerated = (name: string): Finding =>
  inconclusive(`${name} is not set and not generated yet.`, `Start the product once, or set ${name}.`)

/** @returns null when the keys look random. */
function weaknessOf(name: string, keys: readonly Secret[]): Finding | null {
  const hasDuplicate = new Set(keys.map(key => key.reveal())).size < keys.length
  if (hasDuplicate) return warning(`Duplicate key in ${name}.`, 'Remove the duplicate.')
  if (!keys.some(isGuessable)) return null
  return failed(
    `A key in ${name} isn’t random: it is text, or its bytes repeat.`,
    'Generate a new key with openssl rand -base64 32 and rotate to it.',
  )
}

/** Random keys have about 30 different bytes; 1 key in 10^13 is all printable. */
function isGuessable(key: Secret): boolean {
  const bytes = Buffer.from(key.reveal(), 'base64')
  return new Set(bytes).size < 16 || bytes.every(byte => byte >= 0x20 && byte < 0x7f)
}

/**
 * @param ids of TOKEN_KEYS, newest first.
 * @param counts stored texts by key id; null counts texts that are not encrypted.
 * @returns null when nothing is wrong.
 */
function checkKeys(ids: readonly string[], counts: ReadonlyMap<string | null, number>): Finding | null {
  const [newest, ...older] = ids
  const lost = [...counts].filter(([id]) => id === null || !ids.includes(id))
  if (lost.length > 0) {
    const each = lost.map(([id, count]) => (id ? `${count} under key ${id}` : `${count} not encrypted`))
    return failed(
      `Stored secrets can’t be decrypted: ${each.join(', ')}; key missing in TOKEN_KEYS.`,
      'Put the key back after the first. Without it, these sellers must authorise again.',
    )
  }
  const left = [...counts].filter(([id]) => id !== newest).reduce((sum, [, count]) => sum + count, 0)
  if (left > 0)
    return warning(
      `${countOf(left, 'stored secret')} ${left === 1 ? 'is' : 'are'} under an older key than ${newest}.`,
      'Run npm run keys:rotate to re-encrypt everything with the newest key.',
    )
  if (older.length > 0)
    return warning(
      `No stored secret uses ${older.join(', ')}.`,
      'Remove it from TOKEN_KEYS, unless it is the next key or backups need it.',
    )
  return null
}

function checkDecryption(undecryptable: readonly string[], keys: number): Finding {
  const [first] = undecryptable
  if (first)
    return failed(
      `A stored secret can’t be decrypted although its key is present: ${first}.`,
      'Run npm run verify to check all secrets. Affected sellers must authorise again.',
    )
  return passed(`${countOf(keys, 'key')}; all stored secrets use them and the latest of each kind decrypts.`)
}

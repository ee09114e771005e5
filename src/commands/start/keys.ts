import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Totp } from '../../adapters/security/totp.ts'
import { Secret } from '../../domain/secret.ts'
import { generateKey, type Settings } from '../../settings/settings.ts'
import { StartupError } from './startup-errors.ts'

const base64Key = {
  generate: generateKey,
  pattern: /^[A-Za-z0-9+/]{43}=\s*$/,
  form: 'a base64 key of 32 bytes',
}

const kinds = {
  session: {
    ...base64Key,
    fix: 'delete it and start again. Everyone must sign in again; nothing else is lost.',
  },
  token: {
    ...base64Key,
    fix: 'restore it from a backup. Stored Amazon tokens can’t be decrypted without it. Delete it only if every seller can connect again.',
  },
  /** All demo staff share it. */
  'demo-staff': {
    generate: () => new Totp().newSecret(),
    pattern: /^[A-Z2-7]{32}\s*$/,
    form: 'an authenticator key of 32 characters',
    fix: 'delete it and start again. Demo staff then have a new key.',
  },
}

export const keyFileIn = (dataDirectory: string, name: keyof typeof kinds): string =>
  join(dataDirectory, `${name}.key`)

/**
 * Generates the key at the first start. Only the file's owner can read it.
 * @throws {StartupError} when the file is not a valid key.
 */
export async function loadOrCreateKey(dataDirectory: string, name: keyof typeof kinds): Promise<Secret> {
  const { generate, pattern, form, fix } = kinds[name]
  const file = keyFileIn(dataDirectory, name)
  if (!existsSync(file)) {
    // Atomic: a crash leaves no partial file, and an existing key stays.
    const draft = `${file}.${randomUUID()}`
    await writeFile(draft, generate().reveal(), { mode: 0o600, flush: true })
    await link(draft, file)
      .catch(ignoreCode('EEXIST')) // another start created it concurrently
      .finally(() => rm(draft))
  }
  const text = (await readFile(file, 'utf8').catch(ignoreCode('EISDIR'))) ?? ''
  if (!pattern.test(text)) throw new StartupError(`${file} is not ${form}: ${fix}`)
  return new Secret(text.trim())
}

/** Those of the settings, else the generated one. Null when there is none: the product doesn’t run with these settings. */
export async function findTokenKeys({
  tokenKeys,
  dataDirectory,
}: Settings): Promise<readonly Secret[] | null> {
  if (tokenKeys) return tokenKeys
  const folder = resolve(dataDirectory)
  return existsSync(keyFileIn(folder, 'token')) ? [await loadOrCreateKey(folder, 'token')] : null
}

const ignoreCode = (code: string) => (error: NodeJS.ErrnoException) => {
  if (error.code !== code) throw error
}

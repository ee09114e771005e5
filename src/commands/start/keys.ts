import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '../../domain/secret.ts'
import { generateKey } from '../../settings/settings.ts'
import { StartupError } from './startup-errors.ts'

const fixes = {
  session: 'delete it and start again. Everyone must sign in again; nothing else is lost.',
  token:
    'restore it from a backup. Stored Amazon tokens can’t be decrypted without it. Delete it only if every seller can connect again.',
}

/**
 * Generates the key at the first start. Only the file's owner can read it.
 * @throws {StartupError} when the file is not a valid key.
 */
export async function loadOrCreateKey(dataDirectory: string, name: keyof typeof fixes): Promise<Secret> {
  const file = join(dataDirectory, `${name}.key`)
  if (!existsSync(file)) {
    // Atomic: a crash leaves no partial file, and an existing key stays.
    const draft = `${file}.${randomUUID()}`
    await writeFile(draft, generateKey().reveal(), { mode: 0o600, flush: true })
    await link(draft, file)
      .catch(ignoreCode('EEXIST')) // another start created it concurrently
      .finally(() => rm(draft))
  }
  const text = (await readFile(file, 'utf8').catch(ignoreCode('EISDIR'))) ?? ''
  if (!/^[A-Za-z0-9+/]{43}=\s*$/.test(text)) {
    throw new StartupError(`${file} is not a base64 key of 32 bytes: ${fixes[name]}`)
  }
  return new Secret(text.trim())
}

const ignoreCode = (code: string) => (error: NodeJS.ErrnoException) => {
  if (error.code !== code) throw error
}

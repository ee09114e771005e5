import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '../domain/secret.ts'
import { newKey } from '../settings.ts'

/** A key that was made at the first start and is read at every other; nobody but its owner may read the file. */
export async function keptKey(dataDirectory: string, name: string): Promise<Secret> {
  const file = join(dataDirectory, `${name}.key`)
  if (!existsSync(file)) {
    await writeFile(file, newKey().reveal(), { mode: 0o600, flag: 'wx' })
  }
  return new Secret((await readFile(file, 'utf8')).trim())
}

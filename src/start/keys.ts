import { existsSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '../domain/secret.ts'
import { newKey } from '../settings.ts'

/** A key that was made at the first start and is read at every other; nobody but its owner may read the file. */
export async function keptKey(dataDirectory: string, name: string): Promise<Secret> {
  const file = join(dataDirectory, `${name}.key`)
  if (!existsSync(file)) {
    // Whole or not at all, whatever ends the process in between; never over a key that is there.
    const draft = `${file}.${process.pid}`
    await writeFile(draft, newKey().reveal(), { mode: 0o600, flush: true })
    await link(draft, file).finally(() => rm(draft))
  }
  return new Secret((await readFile(file, 'utf8')).trim())
}

import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Saved before the cluster has it, so that a crash in between loses nothing. */
export async function loadOrCreatePassword(home: string): Promise<string> {
  const saved = await readPassword(home)
  if (saved) return saved

  const password = randomBytes(24).toString('base64url')
  const path = join(home, 'password')
  await writeFile(`${path}.new`, password, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
  return password
}

export async function readPassword(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, 'password'), 'utf8').catch(error => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.trim() || undefined
}

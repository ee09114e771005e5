import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Password {
  readonly text: string
  /** The cluster doesn't have it yet. */
  readonly isNew: boolean
}

/** Doesn't save a new password: do that once the cluster has it. */
export async function loadOrCreatePassword(home: string): Promise<Password> {
  const saved = await readPassword(home)
  if (saved) return { text: saved, isNew: false }

  const text = randomBytes(24).toString('base64url')
  return { text, isNew: true }
}

export async function savePassword(home: string, text: string): Promise<void> {
  const path = join(home, 'password')
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
}

export async function readPassword(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, 'password'), 'utf8').catch(error => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.trim() || undefined
}

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discardEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'

export interface DataFolder {
  readonly path: string
  discard(): Promise<void>
}

/** Creates a data folder that the database's OS user can reach. */
export async function makeDataFolder(): Promise<DataFolder> {
  const parent = await mkdtemp(join(tmpdir(), '1smart-data-'))
  await chmod(parent, 0o711)
  const path = join(parent, 'data')
  return {
    path,
    async discard() {
      await discardEmbeddedPostgres(path).catch(() => undefined)
      await rm(parent, { recursive: true, force: true })
    },
  }
}

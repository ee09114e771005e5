import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/adapters/embedded-postgres/embedded-postgres.ts'
import { migrate } from '../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../src/domain/secret.ts'

export interface BenchDatabase {
  readonly url: string
  stop(): Promise<void>
}

/** Starts an empty, migrated PostgreSQL as `npm start` does: durable, with its default settings. */
export async function startDatabase(): Promise<BenchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-bench-'))
  await chmod(folder, 0o711) // the server's own OS user needs to pass through
  const server = await startEmbeddedPostgres({ dataDirectory: join(folder, 'data') })
  await migrate(new Secret(server.url))
  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)))
  }
  return { url: server.url, stop }
}

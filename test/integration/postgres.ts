import { PostgreSqlContainer } from '@testcontainers/postgresql'
import type { Test } from 'tap'
import { getContainerRuntimeClient, ImageName } from 'testcontainers'
import { cloneDatabase } from '../support/cluster.ts'
import { tellServer } from './tell-server.ts'

/** What production runs on: the image that `POSTGRES_IMAGE` names, the official one without it. */
const image = process.env['POSTGRES_IMAGE'] || 'postgres:18'

/**
 * An empty PostgreSQL database in a container; where no engine runs or no image can be had, on the embedded server of
 * the other tests. It is gone when the test ends.
 *
 * @returns its address
 */
export async function startPostgres(t: Test): Promise<string> {
  const lack = await lackOfImage()
  if (lack) {
    const database = await cloneDatabase('template0')
    t.teardown(() => database.drop())
    tellServer('PostgreSQL', `the embedded server, since ${lack}`)
    return database.url
  }
  const container = await new PostgreSqlContainer(image).start()
  t.teardown(() => container.stop())
  tellServer('PostgreSQL', `the image ${image}`)
  return container.getConnectionUri()
}

/** @returns why no container can be started, or null. */
async function lackOfImage(): Promise<string | null> {
  const engine = await getContainerRuntimeClient().catch(() => null)
  if (!engine) return 'no container engine runs here'
  const name = ImageName.fromString(image)
  if (await engine.image.exists(name)) return null
  return engine.image.pull(name).then(
    () => null,
    () => `the image ${image} can be had from nowhere`,
  )
}

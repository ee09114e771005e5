import { PostgreSqlContainer } from '@testcontainers/postgresql'
import type { Test } from 'tap'
import { cloneDatabase } from '../../support/servers/cluster.ts'
import { findImage, thisRunLabels } from './image.ts'
import { logServer } from './log-server.ts'

/**
 * Starts an empty PostgreSQL in a container of `POSTGRES_IMAGE`. Without an engine or image, creates an empty database on
 * the embedded server. Either is removed when the test ends.
 * @returns its URL.
 */
export async function startPostgres(t: Test): Promise<string> {
  const found = await findImage('postgres')
  if (found.image === null) {
    const database = await cloneDatabase('template0')
    t.teardown(() => database.drop())
    logServer('PostgreSQL', `the embedded server, since ${found.reason}`)
    return database.url
  }
  const container = await new PostgreSqlContainer(found.image).withLabels(thisRunLabels()).start()
  t.teardown(() => container.stop())
  logServer(
    'PostgreSQL',
    `the image ${found.image}${found.isStandIn ? ', a stand-in built from Debian packages' : ''}`,
  )
  return container.getConnectionUri()
}

import { PostgreSqlContainer } from '@testcontainers/postgresql'
import type { Test } from 'tap'
import { cloneDatabase } from '../../support/cluster.ts'
import { findImage, ofThisRun } from './image.ts'
import { tellServer } from './tell-server.ts'

/**
 * An empty PostgreSQL database in a container of the image that `POSTGRES_IMAGE` names; where there is no engine or no
 * image, on the embedded server of the other tests. It is gone when the test ends.
 *
 * @returns its address
 */
export async function startPostgres(t: Test): Promise<string> {
  const found = await findImage('postgres')
  if (found.image === null) {
    const database = await cloneDatabase('template0')
    t.teardown(() => database.drop())
    tellServer('PostgreSQL', `the embedded server, since ${found.why}`)
    return database.url
  }
  const container = await new PostgreSqlContainer(found.image).withLabels(ofThisRun()).start()
  t.teardown(() => container.stop())
  tellServer(
    'PostgreSQL',
    `the image ${found.image}${found.isStandIn ? ', a stand-in of Debian’s packages' : ''}`,
  )
  return container.getConnectionUri()
}

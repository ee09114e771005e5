/** Tests a replica set that loses its primary. Needs a real MongoDB: the stand-in isn't a replica set. */
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import t, { type Test } from 'tap'
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { walkUsSellersJourney } from '../support/browser/sellers-journey.ts'
import { startTestProduct } from '../support/product/test-product.ts'
import { reservePort } from '../support/servers/ports.ts'
import { findImage, thisRunLabels } from './servers/image.ts'

const setName = 'rs0'

const found = await findImage('mongo')
const image = found.image !== null && !found.isStandIn ? found.image : null
const skip =
  image === null && `needs the official MongoDB image${found.image === null ? `, but ${found.reason}` : ''}`

const title = 'S-20 S-25 a load survives the loss of MongoDB’s primary, and another member takes over'
t.test(title, { skip }, async t => {
  const members = await startReplicaSet(t, String(image))
  const hosts = [...members.keys()].map(hostOf).join(',')
  const url = `mongodb://${hosts}/agenda?replicaSet=${setName}`
  const product = await startTestProduct(t, {
    worker: true,
    env: { JOBS_URL: url },
    sandbox: { generationSeconds: { min: 2, max: 6 } },
  })

  const journey = walkUsSellersJourney(t, product)
  await sleep(2000)
  const oldPrimary = await primaryOf(url)
  await members.get(oldPrimary)?.stop({ timeout: 0 })
  t.strictSame(await journey, [])

  t.not(await primaryOf(url), oldPrimary, 'another member is the primary')
  t.strictSame(await walkUsSellersJourney(t, product), [], 'a new seller is served')
})

const hostOf = (port: number): string => `127.0.0.1:${port}`

/** Starts three members at addresses that this machine can also reach. @returns the members by port. */
async function startReplicaSet(t: Test, image: string): Promise<Map<number, StartedTestContainer>> {
  const members = new Map<number, StartedTestContainer>()
  for (const port of [await reservePort(), await reservePort(), await reservePort()]) {
    const container = new GenericContainer(image)
      .withNetworkMode('host')
      .withLabels(thisRunLabels())
      .withCommand(['--replSet', setName, '--port', String(port), '--bind_ip', '127.0.0.1'])
      .withWaitStrategy(Wait.forLogMessage(/Waiting for connections/))
    const started = await container.start()
    t.teardown(() => started.stop({ timeout: 0 }))
    members.set(port, started)
  }
  const [first = 0] = members.keys()
  const client = await MongoClient.connect(`mongodb://${hostOf(first)}/?directConnection=true`)
  const memberConfigs = [...members.keys()].map((port, _id) => ({ _id, host: hostOf(port) }))
  await client.db('admin').command({ replSetInitiate: { _id: setName, members: memberConfigs } })
  await client.close()
  return members
}

/** @returns the primary's port. */
async function primaryOf(url: string): Promise<number> {
  const client = await MongoClient.connect(url)
  try {
    const { primary } = await client.db('admin').command({ hello: 1 })
    return Number(String(primary).split(':').at(-1))
  } finally {
    await client.close()
  }
}

import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { factDifferences } from '../support/loaded-facts.ts'
import { authorise, choose, signIn } from '../support/sellers-journey.ts'
import { startTestProduct, type TestProduct } from '../support/test-product.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { counts, dice } from './counts.ts'

const { count, seed } = counts(3, 40)

t.test(
  `S-25 a worker killed at any point loses nothing and doubles nothing (${count} kills, seed ${seed})`,
  async t => {
    const product = await startTestProduct(t, {
      process: 'web',
      sandbox: { generationSeconds: { min: 0.05, max: 0.6 } },
    })
    const roll = dice(seed)

    for (let kill = 1; kill <= count; kill += 1) {
      const { email, id } = await product.newPerson()
      const browser = product.browser()
      await signIn(browser, email)
      await authorise(browser, 'us-seller')
      await choose(browser, 'My Brand US — Amazon.com')

      const first = startWorkerProcess(product)
      const moment = 400 + roll() * 3200
      await sleep(moment)
      first.kill('SIGKILL')
      await once(first, 'exit')
      const second = startWorkerProcess(product)
      const settled = await waitUntilSettled(product, id)
      second.kill('SIGTERM')
      // Where the first had finished already, the second may be asked to stop before it is up: its exit says nothing.
      await once(second, 'exit')

      const [connection] = await product.query<{ id: string }>(
        'select id from connection where person_id = $1',
        [id],
      )
      const differences = await factDifferences(product, connection?.id ?? '')
      const isRight = settled && differences.length === 0
      if (!isRight) {
        t.fail(`killed after ${Math.round(moment)} ms: settled ${settled}`, {
          differences,
        })
        return
      }
    }
    t.pass(`${count} kills, the same totals each time`)
  },
)

async function waitUntilSettled(product: TestProduct, personId: string): Promise<boolean> {
  for (let waited = 0; waited < 60_000; waited += 200) {
    const [open] = await product.query<{ count: string }>(
      `select count(*) as count from report join connection on connection.id = connection_id
       where person_id = $1 and report.status <> 'loaded'`,
      [personId],
    )
    if (open?.count === '0') return true
    await sleep(200)
  }
  return false
}

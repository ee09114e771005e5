/** S-24 S-25: accounts with the behaviours of the real Amazon, at random and together. */
import t from 'tap'
import { randomNumbers } from '../../support/seed.ts'
import { openWorld } from '../faults/driver/world.ts'
import { repetitions } from '../repetitions.ts'
import { drive, pickBehaviours } from './account.ts'

const { count, seed } = repetitions(8, 500)

t.test(`S-24 S-25 ${count} accounts keep figures and authorisation (seed ${seed})`, async t => {
  const world = await openWorld(5000)
  t.teardown(() => world.close())
  const random = randomNumbers(seed)
  for (let index = 0; index < count; index += 1) {
    const behaviours = pickBehaviours(random)
    const found = await drive(world, behaviours).catch(error => [String(error?.stack ?? error)])
    t.strictSame(found, [], `${index}: ${JSON.stringify(behaviours)}`)
  }
})

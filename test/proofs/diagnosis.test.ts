/** S-42: whatever is the matter, the console names it, and nothing else first. */
import t from 'tap'
import { type Cause, causes } from '../../src/admin/diagnosis/causes.ts'
import { causeWords } from '../../src/admin/diagnosis/words.ts'
import { after, minutes } from '../../src/domain/calendar.ts'
import { randomNumbers, shuffled } from '../support/seed.ts'
import { counts } from './counts.ts'
import { drawPair, drivePair, isNamedRightly, nameOf } from './diagnosis/pairs.ts'
import { Seller } from './diagnosis/seller.ts'
import { situations } from './diagnosis/situations.ts'
import { isImpossible } from './faults/cell.ts'
import { openWorld } from './faults/driver/world.ts'
import { lines } from './faults/table.ts'

t.test('S-42 every cause is met: by a cell of the fault table, or by a situation', async t => {
  const met = new Set<Cause>([
    ...situations.map(({ cause }) => cause),
    ...lines.flatMap(({ row }) => (isImpossible(row) ? [] : [row.cause])),
  ])
  // They stand beside whatever has figures, and are never the first: the next but two tests meet them.
  for (const cause of ['vendor_window', 'figures_settling'] as const) met.add(cause)
  t.strictSame([...met].sort(), [...causes].sort())
})

t.test('S-42 what Amazon makes indistinguishable is one cause that says so; no other is', async t => {
  const unclear = causes.filter(cause => (causeWords[cause].possibilities ?? []).length > 0)
  // An empty list of profiles has its causes told apart by asking what else there is: it is unclear only where Amazon
  // did not answer that. What a seller sees in Amazon's own console no report tells.
  t.strictSame(unclear, ['never_came_back', 'no_profiles', 'figures_settling'])
  for (const cause of unclear) t.equal(causeWords[cause].possibilities?.length, 3)
})

const { count, seed } = counts(12, 1000)
const { count: arranged } = counts(20, situations.length)

t.test(`S-42 each situation has its name, in the first place (${arranged}, seed ${seed})`, async t => {
  const world = await openWorld(5000)
  t.teardown(() => world.close())
  for (const { cause, arrange } of shuffled(situations, randomNumbers(seed)).slice(0, arranged)) {
    const named = await arrange(world).catch(error => [String(error?.stack ?? error)])
    t.equal(named[0], cause, `${cause}: ${named.join(', ')}`)
    const hasTried = named.includes('at_amazon') || named.includes('choosing')
    t.notOk(hasTried && named.includes('not_tried'), `${cause}: whoever is under way has tried`)
  }
})

t.test('S-42 what is loading when an authorisation is lost ends for the same reason', async t => {
  const world = await openWorld(5000)
  t.teardown(() => world.close())
  const reasonsOf = async (lose: (seller: Seller) => Promise<void>): Promise<string[]> => {
    const seller = await Seller.of(world)
    await seller.connect()
    await seller.work({ until: after(seller.fakes.clock.now(), minutes(0.1)) })
    await lose(seller)
    await seller.work()
    const failed = seller.fakes.timeline.entries.flatMap(({ happening }) =>
      happening.kind === 'report_failed' ? [happening.reason.trouble] : [],
    )
    return [...new Set(failed)]
  }
  const rightsLost = async () => {
    world.sandbox.controls.set({
      faults: [{ call: 'status', region: null, times: null, fault: 'rights_lost' }],
    })
  }

  t.strictSame(await reasonsOf(rightsLost), ['rights_lost'], 'the grant still stands')
  world.mend()
  const byUs = await reasonsOf(seller => seller.markedByUs())
  t.notOk(byUs.includes('grant_gone'), 'Amazon has refused nothing')
})

t.test('S-42 why Amazon’s console may show more is told beside figures that are right', async t => {
  const world = await openWorld(5000)
  t.teardown(() => world.close())
  const namedOf = async (user: string, profile: string): Promise<string[]> => {
    const seller = await Seller.of(world)
    await seller.connect(user, profile)
    await seller.work()
    return seller.console().causes()
  }

  t.strictSame(await namedOf('us-seller', 'My Brand US'), ['all_well', 'figures_settling'])
  t.strictSame(
    await namedOf('vendor-and-agency', 'Acme Vendor'),
    ['all_well', 'vendor_window', 'figures_settling'],
    'Amazon counts fourteen days for vendors',
  )
  t.strictSame(
    await namedOf('empty', 'Quiet Brand US'),
    ['no_ad_activity', 'all_well'],
    'nothing to be lower',
  )
})

t.test(
  `S-42 two things at once are both named, the first of them first (${count}, seed ${seed})`,
  async t => {
    const world = await openWorld(5000)
    t.teardown(() => world.close())
    const roll = randomNumbers(seed)
    for (let index = 0; index < count; index += 1) {
      const pair = drawPair(roll)
      const named = await drivePair(world, pair)
      t.ok(isNamedRightly(pair, named), `${nameOf(pair)}: ${named.join(', ')}`)
    }
  },
)

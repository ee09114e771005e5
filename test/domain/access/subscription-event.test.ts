import t from 'tap'
import {
  clockTolerance,
  isDatedAhead,
  isNewer,
  manualChangeTime,
} from '../../../src/domain/access/subscription-event.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { SubscriptionEventId } from '../../../src/domain/identifiers.ts'
import { hoursLater, noon } from '../../support/examples.ts'

const placed = (id: string, occurredAt = noon) => ({ id: id as SubscriptionEventId, occurredAt })

t.test('S-03 the later of two events is newer, regardless of their ids', async t => {
  t.ok(isNewer(placed('a', after(noon, 1)), placed('b')))
  t.notOk(isNewer(placed('b'), placed('a', after(noon, 1))))
})

t.test('S-03 of two events with the same timestamp exactly one is newer', async t => {
  t.ok(isNewer(placed('b'), placed('a')))
  t.notOk(isNewer(placed('a'), placed('b')))
  t.notOk(isNewer(placed('a'), placed('a')), 'an event is not newer than itself')
})

t.test('S-03 an event may be dated ahead only by the clock tolerance', async t => {
  t.notOk(isDatedAhead(placed('a', hoursLater(-1000)), noon))
  t.notOk(isDatedAhead(placed('a', after(noon, clockTolerance)), noon))
  t.ok(isDatedAhead(placed('a', after(noon, clockTolerance + 1)), noon))
})

t.test(
  'S-43 a manual plan change is newer than every known event, even when billing’s clock is ahead',
  async t => {
    t.strictSame(manualChangeTime(null, noon), noon)
    t.strictSame(manualChangeTime(placed('z', hoursLater(-1)), noon), noon)
    for (const ahead of [noon, after(noon, clockTolerance)]) {
      const latest = placed('z', ahead)
      t.ok(isNewer(placed('a', manualChangeTime(latest, noon)), latest))
    }
  },
)

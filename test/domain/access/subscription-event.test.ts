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

const eventAt = (id: string, occurredAt = noon) => ({ id: id as SubscriptionEventId, occurredAt })

t.test('S-03 the later of two events is newer, regardless of their ids', async t => {
  t.ok(isNewer(eventAt('a', after(noon, 1)), eventAt('b')))
  t.notOk(isNewer(eventAt('b'), eventAt('a', after(noon, 1))))
})

t.test('S-03 of two events with the same timestamp exactly one is newer', async t => {
  t.ok(isNewer(eventAt('b'), eventAt('a')))
  t.notOk(isNewer(eventAt('a'), eventAt('b')))
  t.notOk(isNewer(eventAt('a'), eventAt('a')), 'an event is not newer than itself')
})

t.test('S-03 an event may be dated ahead by at most the clock tolerance', async t => {
  t.notOk(isDatedAhead(eventAt('a', hoursLater(-1000)), noon))
  t.notOk(isDatedAhead(eventAt('a', after(noon, clockTolerance)), noon))
  t.ok(isDatedAhead(eventAt('a', after(noon, clockTolerance + 1)), noon))
})

t.test(
  'S-43 a manual plan change is newer than every known event, even when billing’s clock is ahead',
  async t => {
    t.strictSame(manualChangeTime(null, noon), noon)
    t.strictSame(manualChangeTime(eventAt('z', hoursLater(-1)), noon), noon)
    for (const ahead of [noon, after(noon, clockTolerance)]) {
      const latest = eventAt('z', ahead)
      t.ok(isNewer(eventAt('a', manualChangeTime(latest, noon)), latest))
    }
  },
)

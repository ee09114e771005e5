import { hours, minutes } from '../../src/domain/calendar.ts'
import { day, hour, type Plot, well } from './plot.ts'

export const healthy: readonly Plot[] = [
  {
    causes: well,
    share: 3,
    began: [25 * hour, 46 * hour],
    acts: [seller => seller.connect()],
  },
  {
    causes: well,
    share: 1,
    began: [3 * day, 5 * day],
    plan: 'annual',
    acts: [seller => seller.connect()],
  },
  {
    causes: well,
    share: 2,
    began: [5 * hour, 9 * hour],
    role: 'manager',
    plan: 'annual',
    acts: [
      seller => seller.connect({ as: 'three-regions', country: 'US' }),
      hours(1),
      seller => seller.connect({ as: 'three-regions', country: 'FR' }),
    ],
  },
  {
    causes: well,
    share: 2,
    began: [5 * hour, 9 * hour],
    acts: [
      seller => seller.press(),
      hours(1),
      seller => seller.sentConnectLink('They could not find the button.'),
      minutes(5),
      seller => seller.connect(),
    ],
  },
]

/** A few sellers of each size and kind, with a finished initial sync. */
export const finished: Plot = {
  causes: well,
  share: 8,
  began: [12, 7 * hour],
  acts: [seller => seller.connect()],
}

/** The remaining sellers have just connected; the product itself loads their reports once it runs. */
export const others: Plot = {
  causes: well,
  share: 0,
  began: [0.1, 3],
  acts: [seller => seller.connect()],
}

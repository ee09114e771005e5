import { hours, minutes } from '../../src/domain/calendar.ts'
import { day, healthyCauses, hour, type Scenario } from './scenario.ts'

export const healthy: readonly Scenario[] = [
  {
    causes: healthyCauses,
    sellersPer200: 3,
    startedMinutesAgo: [25 * hour, 46 * hour],
    steps: [seller => seller.connect()],
  },
  {
    causes: healthyCauses,
    sellersPer200: 1,
    startedMinutesAgo: [3 * day, 5 * day],
    plan: 'annual',
    steps: [seller => seller.connect()],
  },
  {
    causes: healthyCauses,
    sellersPer200: 2,
    startedMinutesAgo: [5 * hour, 9 * hour],
    role: 'manager',
    plan: 'annual',
    steps: [
      seller => seller.connect({ as: 'three-regions', country: 'US' }),
      hours(1),
      seller => seller.connect({ as: 'three-regions', country: 'FR' }),
    ],
  },
  {
    causes: healthyCauses,
    sellersPer200: 2,
    startedMinutesAgo: [5 * hour, 9 * hour],
    steps: [
      seller => seller.startConnecting(),
      hours(1),
      seller => seller.getConnectLink('They could not find the button.'),
      minutes(5),
      seller => seller.connect(),
    ],
  },
]

/** A few sellers of each size and kind, with a finished initial sync. */
export const justSynced: Scenario = {
  causes: healthyCauses,
  sellersPer200: 8,
  startedMinutesAgo: [12, 7 * hour],
  steps: [seller => seller.connect()],
}

/** The remaining sellers have just connected; the product itself loads their reports once it runs. */
export const justConnected: Scenario = {
  causes: healthyCauses,
  sellersPer200: 0,
  startedMinutesAgo: [0.1, 3],
  steps: [seller => seller.connect()],
}

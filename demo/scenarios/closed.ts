import { hours, minutes, seconds } from '../../src/domain/calendar.ts'
import { healthyCauses, hour, type Scenario } from './scenario.ts'

/** Scenarios of closed connections. */
export const closed: readonly Scenario[] = [
  {
    causes: ['disconnected'],
    sellersPer200: 2,
    startedMinutesAgo: [5 * hour, 9 * hour],
    steps: [seller => seller.connect(), hours(3), seller => seller.disconnect()],
  },
  {
    // The case is one of a user without a connection, and doesn’t show the erased one.
    causes: ['never_connected'],
    sellersPer200: 2,
    startedMinutesAgo: [5 * hour, 9 * hour],
    steps: [
      seller => seller.connect(),
      hours(3),
      seller => seller.disconnect(),
      minutes(5),
      seller => seller.erase(),
    ],
  },
  {
    // The connection that replaced it.
    causes: healthyCauses,
    sellersPer200: 1,
    startedMinutesAgo: [5 * hour, 9 * hour],
    steps: [
      seller => seller.connect({ as: 'three-regions', country: 'CA' }),
      hours(4),
      seller => seller.authorise('three-regions'),
      seconds(30),
      seller => seller.choose({ country: 'MX', replaces: true }),
    ],
  },
]

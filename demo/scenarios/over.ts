import { hours, minutes, seconds } from '../../src/domain/calendar.ts'
import { hour, type Plot, well } from './plot.ts'

/** Scenarios of closed connections. */
export const over: readonly Plot[] = [
  {
    causes: ['disconnected'],
    share: 2,
    began: [5 * hour, 9 * hour],
    acts: [seller => seller.connect(), hours(3), seller => seller.disconnect()],
  },
  {
    // The case is that of a user without a connection, and shows nothing of the erased one.
    causes: ['never_connected'],
    share: 2,
    began: [5 * hour, 9 * hour],
    acts: [
      seller => seller.connect(),
      hours(3),
      seller => seller.disconnect(),
      minutes(5),
      seller => seller.erase(),
    ],
  },
  {
    // The connection that replaced it.
    causes: well,
    share: 1,
    began: [5 * hour, 9 * hour],
    acts: [
      seller => seller.connect({ as: 'three-regions', country: 'CA' }),
      hours(4),
      seller => seller.authorise('three-regions'),
      seconds(30),
      seller => seller.choose({ country: 'MX', replaces: true }),
    ],
  },
]

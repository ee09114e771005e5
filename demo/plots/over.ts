import { hours, minutes, seconds } from '../../src/domain/calendar.ts'
import { hour, type Plot, well } from './plot.ts'

/** What ends by somebody's will. */
export const over: readonly Plot[] = [
  {
    causes: ['disconnected'],
    share: 2,
    began: [5 * hour, 9 * hour],
    acts: [seller => seller.connect(), hours(3), seller => seller.disconnect()],
  },
  {
    // The case is theirs alone again, and tells nothing of what is erased.
    causes: ['not_tried'],
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
    // The one that took its place.
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

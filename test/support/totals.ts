import type { Figures } from '../../src/application/performance/ports.ts'
import type { DayRange } from '../../src/domain/calendar.ts'
import type { ConnectionId } from '../../src/domain/identifiers.ts'
import { sumTotals, type Totals } from '../../src/domain/performance/figures.ts'

export const totalsOf = async (
  figures: Pick<Figures, 'daily'>,
  connectionId: ConnectionId,
  days: DayRange,
): Promise<Totals> => sumTotals(await figures.daily(connectionId, days, 'console'))

import { Refusal } from '../refusal.ts'

/** As many files of rows are being written as there may be at once, for this account or in all. */
export class ExportsBusy extends Refusal {
  readonly code = 'exports_busy'

  constructor() {
    super('as many files as there may be at once are being written')
  }
}

/** Tables of days that nobody has rolled up are being added up for this account, and take their time. */
export class TablesBusy extends Refusal {
  readonly code = 'tables_busy'

  constructor() {
    super('as many tables as one account may have at once are being added up')
  }
}

import { Refusal } from '../refusal.ts'

/** A file of rows is still being written for this account, and another one. */
export class ExportsBusy extends Refusal {
  readonly code = 'exports_busy'

  constructor() {
    super('as many files as one account may have at once are being written')
  }
}

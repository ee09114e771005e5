import { DomainError } from '../domain-error.ts'

/** Of one account or in total. */
export class TooManyExports extends DomainError {
  readonly code = 'exports_busy'

  constructor() {
    super('as many files as there may be at once are being written')
  }
}

/** For days without a roll-up. */
export class TooManyTableQueries extends DomainError {
  readonly code = 'tables_busy'

  constructor() {
    super('as many tables as one account may have at once are being added up')
  }
}

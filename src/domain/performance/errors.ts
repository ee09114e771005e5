import { DomainError } from '../domain-error.ts'

/** Of one account or in total. */
export class TooManyExports extends DomainError {
  readonly code = 'too_many_exports'

  constructor() {
    super('as many files as there may be at once are being written')
  }
}

/** For days without a roll-up. */
export class TooManyTableQueries extends DomainError {
  readonly code = 'too_many_table_queries'

  constructor() {
    super('as many tables as one account may have at once are being added up')
  }
}

import { DomainError } from '../domain-error.ts'

export class TooManyExports extends DomainError {
  readonly code = 'too_many_exports'

  constructor() {
    super('the limit of concurrent exports is reached')
  }
}

export class TooManyTableQueries extends DomainError {
  readonly code = 'too_many_table_queries'

  constructor() {
    super('the limit of concurrent table queries is reached')
  }
}

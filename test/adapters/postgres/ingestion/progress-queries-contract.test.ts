import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { progressQueriesContract } from '../../../support/contracts/progress-queries.ts'

progressQueriesContract(t, openPostgresStores)

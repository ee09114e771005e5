import t from 'tap'
import { progressQueriesContract } from '../../../support/contracts/ingestion/progress-queries.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

progressQueriesContract(t, openPostgresStores)

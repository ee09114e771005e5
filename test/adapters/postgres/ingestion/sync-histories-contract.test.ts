import t from 'tap'
import { syncHistoriesContract } from '../../../support/contracts/ingestion/sync-histories.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

syncHistoriesContract(t, openPostgresStores)

import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { syncHistoriesContract } from '../../../support/contracts/sync-histories.ts'

syncHistoriesContract(t, openPostgresStores)

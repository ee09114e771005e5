import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { loadingRecordsContract } from '../../support/contracts/sync-histories.ts'

loadingRecordsContract(t, openPostgresStores)

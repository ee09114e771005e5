import t from 'tap'
import { loadingRecordsContract } from '../../support/contracts/loading-records.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

loadingRecordsContract(t, openPostgresStores)

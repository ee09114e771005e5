import t from 'tap'
import { reportLoaderContract } from '../../../support/contracts/ingestion/report-loader.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

reportLoaderContract(t, openPostgresStores)

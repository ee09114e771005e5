import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { reportLoaderContract } from '../../../support/contracts/report-loader.ts'

reportLoaderContract(t, openPostgresStores)

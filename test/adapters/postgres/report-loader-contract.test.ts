import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { loadingContract } from '../../support/contracts/report-loader.ts'

loadingContract(t, openPostgresStores)

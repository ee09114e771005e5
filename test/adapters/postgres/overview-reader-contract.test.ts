import t from 'tap'
import { overviewsContract } from '../../support/contracts/overviews.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

overviewsContract(t, openPostgresStores)

import t from 'tap'
import { overviewsContract } from '../../support/contracts/overview-reader.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

overviewsContract(t, openPostgresStores)

import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { pollsContract } from '../../support/contracts/progress-queries.ts'

pollsContract(t, openPostgresStores)

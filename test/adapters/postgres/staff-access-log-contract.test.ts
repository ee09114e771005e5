import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { accountViewsContract } from '../../support/contracts/staff-access-log.ts'

accountViewsContract(t, openPostgresStores)

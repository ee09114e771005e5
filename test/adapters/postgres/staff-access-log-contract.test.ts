import t from 'tap'
import { accountViewsContract } from '../../support/contracts/account-views.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

accountViewsContract(t, openPostgresStores)

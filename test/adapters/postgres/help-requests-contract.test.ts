import t from 'tap'
import { helpRequestsContract } from '../../support/contracts/help-requests.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

helpRequestsContract(t, openPostgresStores)

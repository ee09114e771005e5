import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { reconciliationsContract } from '../../../support/contracts/reconciliations.ts'

reconciliationsContract(t, openPostgresStores)

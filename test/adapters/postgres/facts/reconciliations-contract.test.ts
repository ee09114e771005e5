import t from 'tap'
import { reconciliationsContract } from '../../../support/contracts/ingestion/reconciliations.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

reconciliationsContract(t, openPostgresStores)

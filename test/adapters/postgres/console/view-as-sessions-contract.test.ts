import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { viewAsContract } from '../../../support/contracts/view-as-sessions.ts'

viewAsContract(t, openPostgresStores)

import t from 'tap'
import { viewAsContract } from '../../../support/contracts/access/view-as-sessions.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

viewAsContract(t, openPostgresStores)

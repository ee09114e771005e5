import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import {
  helpCommentsContract,
  helpInboxContract,
  supportRequestsContract,
} from '../../support/contracts/support-requests.ts'

supportRequestsContract(t, openPostgresStores)
helpCommentsContract(t, openPostgresStores)
helpInboxContract(t, openPostgresStores)

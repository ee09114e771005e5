import t from 'tap'
import {
  helpCommentsContract,
  helpInboxContract,
  supportRequestsContract,
} from '../../support/contracts/help-requests.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

supportRequestsContract(t, openPostgresStores)
helpCommentsContract(t, openPostgresStores)
helpInboxContract(t, openPostgresStores)

import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import {
  supportInboxContract,
  supportRequestCommentsContract,
  supportRequestsContract,
} from '../../../support/contracts/support-requests.ts'

supportRequestsContract(t, openPostgresStores)
supportRequestCommentsContract(t, openPostgresStores)
supportInboxContract(t, openPostgresStores)

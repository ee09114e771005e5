import t from 'tap'
import {
  supportInboxContract,
  supportRequestCommentsContract,
  supportRequestsContract,
} from '../../../support/contracts/console/support-requests.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

supportRequestsContract(t, openPostgresStores)
supportRequestCommentsContract(t, openPostgresStores)
supportInboxContract(t, openPostgresStores)

import t from 'tap'
import {
  helpInboxContract,
  helpRemarksContract,
  helpRequestsContract,
} from '../../support/contracts/help-requests.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

helpRequestsContract(t, openPostgresStores)
helpRemarksContract(t, openPostgresStores)
helpInboxContract(t, openPostgresStores)

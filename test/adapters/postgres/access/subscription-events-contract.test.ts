import t from 'tap'
import { subscriptionEventsContract } from '../../../support/contracts/access/subscription-events.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

subscriptionEventsContract(t, openPostgresStores)

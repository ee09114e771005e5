import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { subscriptionEventsContract } from '../../../support/contracts/subscription-events.ts'

subscriptionEventsContract(t, openPostgresStores)

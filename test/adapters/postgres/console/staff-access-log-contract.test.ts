import t from 'tap'
import { staffAccessLogContract } from '../../../support/contracts/access/staff-access-log.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

staffAccessLogContract(t, openPostgresStores)

import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { startupErrorMessage } from '../../../src/commands/start/startup-errors.ts'

t.test('S-54 an unresponsive database with several addresses is reported with one of them', async t => {
  const socket = connect({
    host: 'database.test',
    port: 1,
    lookup: (_host, _options, callback) =>
      callback(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ]),
  })
  const [error] = await once(socket, 'error').catch(error => [error])

  t.type(error, AggregateError)
  t.equal(startupErrorMessage(error), 'The database at 127.0.0.1:1 isn’t responding. Check DATABASE_URL.')
})

import re,os
records = []
def rec(n, slug, title, context, decision, consequences, checked, status='Accepted'):
    text = f"# {n}. {title}\n\n**Status:** {status}\n\n**Context.** {context.strip()}\n\n**Decision.** {decision.strip()}\n\n**Consequences.** {consequences.strip()}\n\n**Checked by** {checked.strip()}\n"
    words = len(text.split())
    open(f"{n:04d}-{slug}.md", 'w').write(text)
    records.append((n, slug, title, status, words))

rec(1,'one-dependencies-object-per-use-case','Give each use case one dependencies object',
"""TypeScript runs by type stripping, so parameter properties don't exist. inversify needs a class or a factory. A use case needs two to eight ports.""",
"""Each use case is one class. It takes its dependencies as one object, keeps them in a private field and has one method, `execute`. Ports are abstract classes, so they serve as inversify's tokens at run time. The container binds by factories.""",
"""A missing or swapped dependency doesn't compile. No decorators or metadata are needed. A test creates a use case from an object literal.""",
"""the compiler, and `test/architecture` (the application imports no package).""")

rec(2,'model-states-as-unions','Model states as unions, not nullable columns',
"""A class with nullable fields allows impossible states: a connection without a grant, a loaded report with a retry time, a closed connection with a token.""",
"""Connections, pending connections and reports are unions of readonly shapes. A transition is a function that takes the time as an argument. MikroORM maps rows, not the domain: each store has two functions that translate, each a `switch` without a default.""",
"""A closed connection has no field for a token. A missing column throws instead of defaulting. Stores return values and the identity map is off for reads, so nothing is shared between requests.""",
"""the compiler and the contract tests of the stores.""")

rec(3,'run-oauth2-in-a-private-fastify-instance','Run `@fastify/oauth2` in a private Fastify instance',
"""We need three regions, several tabs per user, and token refreshes in a worker without a web server. The plugin fixes its addresses at registration, keeps the PKCE verifier in a cookie, ignores `error=…` and needs a Fastify instance.""",
"""The Amazon adapter owns a Fastify instance that never listens, with one registration per region. What the plugin would put in cookies is stored, encrypted, with the authorisation attempt. Our use cases create, hash, store and consume the `state`: for one user, one browser, once.""",
"""Only the adapter knows the plugin. Two tabs don't overwrite each other. One file imitates the plugin's request objects in two places.""",
"""`test/adapters/amazon/login.test.ts`, against a token endpoint that checks S256.""")

rec(4,'store-work-in-postgresql','Store work in PostgreSQL; use jobs only to wake workers',
"""Job queues deliver at least once, late, twice or not at all. Agenda's lock is a time on the worker's clock and fences nothing.""",
"""Work is rows in PostgreSQL, written in the commit that asks for it. Workers lease rows on PostgreSQL's clock with a fencing token. An Agenda job only wakes a worker: its handler returns at once, so Agenda's lock doesn't matter. A sweep every second finds what no job announced.""",
"""Losing every job costs a second. Switching the job store loses nothing.""",
"""`npm run crash` and the contract test of the leases.""")

rec(5,'draw-the-daily-chart-as-svg','Draw the daily chart as SVG on the server',
"""The chart has thirty columns and a line. Chart libraries weigh 60 to 300 KB, need JavaScript, and draw on a canvas that screen readers can't read.""",
"""The server computes coordinates and the view prints SVG. A script of less than 2 KB adds the readout. The same figures follow as a table.""",
"""No layout shift. The chart prints and works without JavaScript. Panning or zooming would need a library.""",
"""the view tests and axe-core.""")

rec(6,'show-flags-as-svg-files','Show flags as SVG files, not emoji',
"""Flag emoji appear as letters on Windows and are missing from the fonts of many servers.""",
"""We serve the 3×2 SVG files of `country-flag-icons` unchanged. The country's name is text for screen readers. Amazon's code `UK` maps to the file `GB`.""",
"""Flags look the same everywhere. A new marketplace needs its country in the package.""",
"""the journey test of the account picker.""")

rec(7,'run-agenda-on-mongodb-or-postgresql','Run Agenda on MongoDB or PostgreSQL; skip the `mikro-orm` meta package',
"""The project's required packages include `mikro-orm`, `mongodb` and `testcontainers`. A first start has neither MongoDB nor a container engine, and the tests must run without an image registry.""",
"""We use `@mikro-orm/core`, `postgresql` and `migrations`; the meta package adds only a command line and other drivers. Agenda keeps its jobs in MongoDB when `JOBS_URL` begins with `mongodb`, and in PostgreSQL otherwise. Both pass one contract. `testcontainers` starts a real PostgreSQL; without a container engine the suite uses the embedded one and says so. Without `MONGO_URL`, a stand-in that speaks MongoDB's wire protocol is used.""",
"""No transaction spans two servers, and no seller waits for MongoDB. The stand-in enforces no unique index and has no replica set, so it proves our side only.""",
"""`test/integration` and `test/settings.test.ts`.""")

rec(8,'treat-a-repeated-choice-as-one','Treat a repeated choice from one picker as one choice',
"""A double click or a second tab chooses the same profile twice. The first choice consumes the pending connection, so the second would show an error page.""",
"""The picker's form names its pending connection, and a connection stores the pending connection of its latest choice. A second choice of the same profile from the same picker leads to the account and changes nothing. Any other choice without a pending connection is rejected.""",
"""No time limit decides what counts as a second click.""",
"""the S-19 journeys and the domain test of the one-account rule.""")

rec(9,'limit-memory-with-two-v8-flags','Limit memory with two V8 flags',
"""A report of a million rows creates two gigabytes of short-lived objects. Live data stays under 90 MB, but on a large machine V8 let the heap grow to 390 MB before it collected the old generation.""",
"""`npm start` passes `--max-semi-space-size=8`, so that young objects are collected early, and `--heap-growing-percent=50`, so that the old generation is collected after growing by half. Rows that wait for COPY are bytes outside the heap.""",
"""A worker that loads a million rows uses about 250 MB at the same speed. There is no hard limit. Anyone who starts `src/main.ts` another way must pass the same flags.""",
"""`npm run prove -- memory`.""")

rec(10,'lock-the-connection-once-per-load','Lock the connection once per load instead of using foreign keys',
"""Foreign keys from facts and roll-ups to the connection made PostgreSQL look it up for each row: 4 of 6.7 s of processor time for a million rows. Only the loader writes these tables, one report of one connection at a time.""",
"""The fact tables and roll-ups have no foreign key. The load's transaction locks the connection's row once (`for key share`) and stops if it is gone. A trigger on `connection` deletes the facts of a deleted one.""",
"""No row can exist without its connection, at one look-up per report. Any other writer of facts must take the same lock.""",
"""`test/adapters/postgres/owned-facts.test.ts` and `npm run bench -- ingest`.""")

rec(11,'encrypt-each-token-with-its-own-data-key','Encrypt each token with its own data key',
"""A cloud KMS never releases its keys; it wraps and unwraps small data keys over the network. Most pages that load a token never use it.""",
"""Envelope encryption: each text is encrypted with AES-256-GCM under a random data key, which is stored next to it, wrapped by the port `KeyEncryption`. `LocalKeys` implements the port with `TOKEN_KEYS`. Table, column, row id and key id are bound into both layers. A stored token is decrypted by its user, once, outside a transaction.""",
"""Rotation re-encrypts the text. Revealing an encrypted secret too early throws. Encryption happens inside the transaction that saves, so a KMS must answer or fail within a second. A key service that is down erases nothing.""",
"""`test/adapters/postgres/token-cipher.test.ts` and `npm run prove -- keys`.""")

rec(12,'derive-health','Derive health; keep erased connections as empty records',
"""Pages, emails and the console all show a connection's health. A stored label is wrong as soon as time passes: a plan lapses, or a day goes by without a sync.""",
"""Health is a pure function of the connection, the plan, the sync runs and the time. An erased connection keeps its row in a final state without profile or names. A check constraint holds every identifying column at null.""",
"""A page runs two more queries. A new health doesn't compile without its text, action and rank. The timeline of an erased connection stays together by its id. Code that reads a profile must rule out erased connections.""",
"""`test/domain/health`, `test/proofs/life.test.ts`, the constraint `connection_erased`, and `test/proofs/erasure.prove.ts`, which scans the schema.""")

rec(13,'verify-webhook-signatures-in-our-code','Verify webhook signatures in our own code',
"""The billing system signs by the Standard Webhooks specification. The package `standardwebhooks` 1.1.1 reads the machine's clock, accepts one secret where a rotation needs two, and brings two packages for what `node:crypto` has.""",
"""`webhook-signature.ts` verifies signatures with `createHmac` and `timingSafeEqual` in twenty lines. Its test compares it with the package's signatures and the specification's example.""",
"""If the package accepts a clock and several secrets, it replaces this file.""",
"""`test/adapters/fastify/webhook-signature.test.ts`.""")

rec(14,'decide-email-delivery-at-send-time','Queue email with its cause; decide at send time',
"""A crash must not lose or double an email, and an email must not be untrue when it arrives: a seller authorises again before the email about the loss is sent, or the mail server is down for a day.""",
"""The transaction of a cause writes all its emails, including the reminders, each with its due time and an idempotency key. When one is due, a pure function compares it with the current state: send, wait, or suppress with a reason. The table has no foreign keys, because a load would deadlock with a disconnection.""",
"""A lost authorisation writes five rows, most of which are suppressed. The row says why an email was not sent. Unsubscribe links use a random token from the row and survive a rotation of `SESSION_KEYS`.""",
"""`test/domain/mail`, the outbox contract, `test/journeys/mail.test.ts` and `test/journeys/mail-losses.prove.ts`.""")

rec(15,'separate-seller-and-staff-sessions','Separate seller and staff sessions in one table',
"""A seller session never opens the console, and a staff session never opens a seller's pages. An admin has both in one browser. A staff sign-in has a step between password and code.""",
"""A session has a kind: `seller`, `staff` or `staff_pending_second_factor`. Each side has its own cookie, and a page accepts only its kind. The pending kind lives five minutes. Wrong codes count per user: after five in a row no code is accepted for 15 minutes. TOTP uses `otpauth`, and the last accepted time step is stored. Recovery codes and link tokens are 80 and 256 random bits, stored as SHA-256.""",
"""Both sides share one CSRF secret, so a sign-in on one side makes an open form on the other stale. Per-minute limits are counted in each web process; code and reset limits in the database.""",
"""`test/journeys/staff.test.ts` and `test/journeys/settings.test.ts`.""")

rec(16,'pre-aggregate-tables-by-period','Pre-aggregate tables of large accounts by period',
"""A table sums facts over days, sorted by any of nine metrics. Summing 300,000 search-term facts into 110,000 rows takes half a second for each page.""",
"""After each run the worker builds roll-ups for levels with more than 5,000 rows: 7, 14 and 30 days, the last month and the one before. Each row stores its rank by spend. A custom range is summed on request, then rolled up within two seconds and kept for a day. A load drops the roll-ups of the days that it replaces, in its own transaction. Ties are broken by spend and keys, so a page cursor stays valid. Daily totals have their own table.""",
"""Accounts with a million facts store 40% more rows. A custom range of the largest accounts takes about a second once. Rejected: weekly roll-ups (as many rows), a cache (few repeats), an index per metric (nine times the writes).""",
"""`test/adapters/postgres/figure-tables-contract.test.ts`.""")

rec(17,'read-each-page-with-few-prepared-queries','Read each page with a few prepared queries',
"""The dashboard ran 25 small queries through MikroORM. With 20 readers its p99 was 48 ms, although no query was slow.""",
"""One record per request (`SellerStates`) holds the plan, live connections and pending connection. `SyncHistories` holds a connection's sync state, and `ProgressQueries` answers a poll in one query. Different row types come back together as JSON. These statements are prepared on MikroORM's own clients. Code that decides something reads it again inside its transaction.""",
"""Seven queries instead of 25, and a p99 of 15 ms. A pooler must support prepared statements (PgBouncer 1.21 or later) and pass `options` and `idle_in_transaction_session_timeout` through.""",
"""the contracts of the three ports and `npm run bench -- pages`.""")

rec(18,'make-the-console-its-own-layer','Make the console its own layer',
"""The first design let only the composition know the console, so its pages and queries had to be wired by hand.""",
"""The layers are `adapters → admin → application → domain`, never back. `src/admin` holds the console's rules, use cases and ports. It enters the application's modules through their front doors. The web server renders its pages, and the PostgreSQL adapter reads its tables. `src/admin/diagnosis` and `src/admin/timeline` are as pure as the domain.""",
"""The console uses the same adapters as everything else. The diagnosis is tested without I/O. Rejected: computing causes in SQL, which would be a second version of each rule.""",
"""`test/architecture`.""")

rec(19,'serve-view-as-read-only','Serve “View as seller” from a read-only application',
"""Support must see a seller's pages without being able to act. Opening a page can write: it records a progress view, requests roll-ups, reads profiles at Amazon. A flag that each place must check will be forgotten somewhere.""",
"""The seller's pages are composed a second time from objects that cannot write: read-only database connections, ports that reject, and two use cases that show stored results. A second Fastify application serves them, and the first hands it the requests of a view-as session. The session is a row of its own, bound to the staff session.""",
"""A forgotten write fails instead of happening. A web process opens up to eight more database connections during a view. A GET handler that writes needs a decision for view-as.""",
"""`test/proofs/viewing.prove.ts` and `test/journeys/viewing.test.ts`.""")

rec(20,'compute-the-overview-on-request','Compute the overview on request',
"""Each open console fetches the overview every 15 seconds (S-45). Counters updated by every write would make workers wait for the same rows. A snapshot from a worker would be missing exactly when no worker runs.""",
"""Each number is counted on request through a covering index. Of the due reports only the first 2,500 are checked one by one. Failures older than a day are counted once a minute per process. Amazon's call times are aggregated every three seconds into one row per minute, region and outcome. Alerts are derived, not stored. A refresh doesn't extend the staff session.""",
"""Agendash is not mounted: its list shows wake-ups, not work, and its buttons have no CSRF token, reason or audit.""",
"""`test/support/contracts/overviews.ts` and `test/journeys/console-overview.test.ts`.""")

rec(21,'create-demo-data-with-the-real-use-cases','Create demo data by running the real use cases',
"""The console needs connections in every state with consistent timelines. An inserted state has no attempts, reports or emails, and is wrong as soon as a rule changes.""",
"""`demo/` lets sellers act through the use cases on a clock set back by days. It runs once, after the first start has printed the address, in a second database with its own sandbox. The result is copied in one transaction, so no worker of the running product sees work that only looks overdue. The copy skips foreign keys and triggers, because the rows come from a database with the same ones.""",
"""100 sellers take about 30 s of processor time. Some 60 load in the past; the product loads the rest. `DEMO_SELLERS=0` creates none. An interrupted run starts again at the next start.""",
"""`npm run prove -- demo-history`.""")

rec(22,'migrate-in-three-steps','Migrate in three steps: expand, migrate, contract',
"""One transaction for all migrations held every lock until the end. A migration that waits for a table blocks everyone behind it, and one that drops a column breaks the version still running.""",
"""Each migration has its own transaction and changes one existing table. It waits five seconds for a lock, then retries a limited number of times. A migration only adds; one that removes declares the last version that used the old schema and ships in a later release. A program starts on a newer database. A process waiting to migrate polls for the lock, so that `create index concurrently` can proceed.""",
"""A change takes two releases. The program backfills large tables in batches. There are no down migrations: to roll back, run the former program on the newer database.""",
"""`test/adapters/postgres/expand-contract.test.ts` and `test/process/migrate.prove.ts`.""")

rec(23,'publish-telemetry-on-diagnostics-channels','Publish telemetry on diagnostics channels',
"""Metrics, logs and traces describe the same events: a request, a report step, an Amazon call, a commit. A telemetry port in each adapter would need fakes in every test; a wrapping library relies on private names and records addresses and tokens.""",
"""Adapters publish small typed messages on Node's `diagnostics_channel` (`src/application/diagnostics-channels.ts`). `src/adapters/telemetry` is the only subscriber. Commits are published after they succeed. The correlation id is the id of the request that started a run; it is stored with the run and is also the trace id.""",
"""Only committed changes are counted. Without a subscriber it costs nothing. A step an hour later appears in the trace of the click. A test with two products in one process sees every message twice.""",
"""`test/journeys/observability.test.ts`.""")

rec(24,'detect-dead-database-connections','Detect dead database connections from a second connection',
"""A connection dropped by a router looks like a slow query. Pages hung for three minutes. A timeout short enough for pages would end slow queries that are fine, and Node can't set TCP keep-alive below minutes.""",
"""A query silent for 4 s is looked up in `pg_stat_activity` over a second connection. If PostgreSQL is running it, we wait. If PostgreSQL isn't running it, or is waiting for data we have sent, we close the connection. After three unanswered look-ups we close it too.""",
"""Long queries survive, and pages recover within seconds. Behind a pooler that hides process ids, only the ordinary timeouts apply.""",
"""`test/adapters/postgres/dead-connections.test.ts`.""")

rec(25,'use-postgresqls-clock-everywhere',"Use PostgreSQL's clock in every process",
"""Each process wrote times from its machine's clock. One worker an hour ahead for some seconds blocked a region's request budget for an hour and expired pending connections early.""",
"""`Clock` is PostgreSQL's time, read every two seconds and continued with the process's monotonic clock. A jump of PostgreSQL's clock is followed when the machine's clock jumps too, agrees with it, or after ten minutes. Each wait is stored with its start: a wait that starts in the future is void.""",
"""One query every two seconds per process. Logs, Agenda and cookies still use the machine's clock, where a jump costs seconds. Rejected: intervals added in SQL (each rule written twice), a cap per error (Amazon may name an hour), NTP alone (it caused the jump).""",
"""`test/proofs/outages-of-clocks.prove.ts`.""")

rec(26,'prioritise-interactive-loads','Prioritise interactive loads over daily syncs',
"""After an outage thousands of daily-sync reports are due at once. A seller who connected then waited behind all of them: for a worker, for the region's budget and for a load slot.""",
"""A report is interactive unless it belongs to a daily sync that no user requested. Interactive reports go first in the sweep and in each process's queue, have a third of a region's burst reserved, and one of four load slots. Agenda wakes workers for interactive reports only. A daily sync starts only when its region responds, its requests would run soon and fewer than a thousand reports are due; otherwise it is deferred and keeps its due time. [How data loading works](../ingestion.md) has the queue rules.""",
"""Background bursts are limited to 200 requests. Background work can starve if sellers fill every worker; an alert reports it. Rejected: separate worker processes, Agenda priorities.""",
"""`test/domain/ingestion/region-rate-limit.test.ts`, `test/adapters/agenda/step-queue.test.ts` and `npm run bench -- fleet`.""")

rec(27,'keep-each-fact-type-in-one-table','Keep each fact type in one unpartitioned table',
"""A hundred thousand connections have about a hundred million facts. They are replaced, read and erased by connection and days. Partitions or a clustered order might make these faster.""",
"""Each fact type has one table, neither partitioned nor clustered. Its key begins with connection, ad product and day, so the rows of each operation are adjacent in the index, and on disk too, because one load writes them together.""",
"""Pages stay within their limits with 99 million facts, more than the machine's memory. No other layout made a sync, a page or an erasure more than 2.5 ms faster; partitions by month made the slowest 1% of reads slower. An erased connection leaves its rows to `vacuum`. Beyond one server, shard by connection ([scaling](../scale.md)).""",
"""`npm run bench -- size` and `npm run bench -- layout`.""")

rec(28,'search-cases-in-a-stored-summary','Search cases in a stored summary',
"""Health and cause depend on the time and are never stored as truth (decision 12), but a search over 100,000 cases can't compute them all.""",
"""`case_summary` stores what the rules last returned, with the searchable words. A trigger notes each timeline entry, and a worker then refreshes the summary; it also refreshes when time alone would change it. A case's own page never reads the summary. A search scans the latest thousand rows first and uses the trigram index only if they don't fill a page. Its statements are planned for each search.""",
"""Lists can be seconds old. Common and rare words are both fast. Rejected: a search server, a second store to keep in step and to erase from.""",
"""`npm run bench -- console` and the contract of the case summaries.""")

index = ["# Decisions","","Why the product is built as it is, for everyone who changes it. Numbers never change.","","| number | decision | status |","|---|---|---|"]
for n,slug,title,status,words in records:
    index.append(f"| {n} | [{title}]({n:04d}-{slug}.md) | {status} |")
    if words>200: print(n,words)
open('README.md','w').write('\n'.join(index)+'\n')
print(sum(r[4] for r in records))

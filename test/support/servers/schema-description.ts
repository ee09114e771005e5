import type pg from 'pg'

/** Describes a database's schema, sorted, so that creation order and column order don't matter. */
export async function describeSchema(client: Pick<pg.Client, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    with own_schema as (select oid from pg_namespace where nspname = 'public'),
    extension_objects as (select objid from pg_depend where deptype = 'e')
    select format('column %s.%s %s%s%s%s', relname, attname, format_type(atttypid, atttypmod),
        case when attnotnull then ' not null' else '' end,
        case when adbin is null then '' else format(' %s %s', coalesce(nullif(attgenerated::text, ''), 'default'),
          pg_get_expr(adbin, adrelid)) end,
        case when attidentity = '' then '' else format(' identity %s', attidentity) end)
      as line
    from pg_attribute join pg_class on pg_class.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relkind = 'r' and attnum > 0 and not attisdropped and relnamespace in (select oid from own_schema)
    union all
    select format('table %s %s %s', relname, relpersistence, reloptions) from pg_class
    where relkind in ('r', 'v', 'm', 'S') and relnamespace in (select oid from own_schema)
    union all
    -- Not-null constraints are described with their column; since PostgreSQL 18 they are listed here too.
    select format('constraint %s on %s %s', conname, conrelid::regclass, pg_get_constraintdef(oid, true))
    from pg_constraint where contype <> 'n' and connamespace in (select oid from own_schema)
    union all
    select format('index %s valid %s', pg_get_indexdef(indexrelid), indisvalid) from pg_index
    join pg_class on pg_class.oid = indexrelid where relnamespace in (select oid from own_schema)
    union all
    select format('trigger %s', pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
    union all
    select format('function %s', pg_get_functiondef(oid)) from pg_proc
    where pronamespace in (select oid from own_schema) and oid not in (select objid from extension_objects)
    union all
    select format('extension %s', extname) from pg_extension`)
  return rows.map(({ line }) => line).toSorted()
}

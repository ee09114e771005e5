import { Migration } from '@mikro-orm/migrations'

/**
 * By default a GIN index gathers what is written in a list, which every search reads through as well until somebody's
 * write is kept waiting to clear it away (PostgreSQL, GIN fast update technique). Digests are written all day, and searches are waited for.
 */
export class ConsoleSearch extends Migration {
  override up(): void {
    this.addSql(`
      create index timeline_entry_page_failed on timeline_entry ((happening ->> 'requestId'))
        where kind = 'page_failed';
      alter index case_summary_search_text set (fastupdate = off);
      select gin_clean_pending_list('case_summary_search_text');
    `)
  }
}

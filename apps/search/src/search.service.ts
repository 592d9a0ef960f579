import { searchFiles } from '@cordee/contracts/search/search';
import { fileEndpoints } from '@cordee/service/file-endpoints';
import { CONFIG } from '@cordee/service/service-host';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { SearchConfig } from './config.ts';
import { StemCache } from './index/stem-cache.ts';
import { MailParser } from './messages/parse/mail-parser.ts';
import { MessageCommands } from './messages/message.commands.ts';
import { search0001 } from './migrations/0001-search.ts';
import { DocumentReactions } from './objects/document.reactions.ts';
import { PersonReactions } from './objects/person.reactions.ts';
import { ProductReactions } from './objects/product.reactions.ts';
import { TeamReactions } from './objects/team.reactions.ts';
import { SearchQueries } from './search/search.queries.ts';

@Module({
  controllers: [
    // The column that refers to uploaded files. A file that no row refers to is deleted after a day.
    fileEndpoints(searchFiles, ['quarantine.file_id']),
    MessageCommands,
    SearchQueries,
    PersonReactions,
    TeamReactions,
    ProductReactions,
    DocumentReactions,
  ],
  providers: [
    { provide: StemCache, useFactory: () => new StemCache() },
    {
      provide: MailParser,
      inject: [CONFIG],
      useFactory: ({ WORKER_THREADS }: SearchConfig) => new MailParser(WORKER_THREADS),
    },
  ],
})
class SearchModule {}

/** Message import, the search index and searches. */
export const searchService: ServiceDefinition<typeof SearchConfig> = {
  name: 'search',
  config: SearchConfig,
  entities: [],
  migrations: [search0001],
  module: SearchModule,
  sharesReactionTransactions: true,
};

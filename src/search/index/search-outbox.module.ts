import { Module } from '@nestjs/common';
import { SearchOutbox } from './search-outbox.js';

/** For those who change what is searched. */
@Module({ providers: [SearchOutbox], exports: [SearchOutbox] })
export class SearchOutboxModule {}

import type { ItemEntity } from './item.entity.js';

export type ItemKey = Pick<ItemEntity, 'connectionKey' | 'id'>;

/** An item as search reads it: with the beginning of its content, and without its label. */
export type FoundItem = ItemKey & Pick<ItemEntity, 'acl' | 'properties' | 'contentType' | 'contentValue'>;

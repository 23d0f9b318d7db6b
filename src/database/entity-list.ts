import type { EntityTarget, ObjectLiteral } from 'typeorm';

export type Entities = readonly EntityTarget<ObjectLiteral>[];

import { ModelType, Property, type PropertyOptions } from '../../graph/odata/edm.js';

const text = (description: string): PropertyOptions => ({ type: 'String', nullable: true, description });

/** A person, or something that acts as one: the value of a `principal` property of an item (docs/contract/api.md#1.12). */
@ModelType({ name: 'principal' })
export class PrincipalDto {
  @Property(text('The name in the external system.'))
  externalName?: string | null;

  @Property(text('The id in the external system.'))
  externalId?: string | null;

  @Property(text('The display name in the directory.'))
  entraDisplayName?: string | null;

  @Property(text('The object id in the directory.'))
  entraId?: string | null;

  @Property(text('The address of the mailbox.'))
  email?: string | null;

  @Property(text('The user principal name.'))
  upn?: string | null;

  @Property(text('The tenant of the directory.'))
  tenantId?: string | null;
}

import { ModelType, EdmProperty, type PropertyOptions } from '../../graph/odata/edm.js';

const text = (description: string): PropertyOptions => ({ type: 'String', nullable: true, description });

/** A person, or something that acts as one: the value of a `principal` property of an item (docs/contract/api.md#1.12). */
@ModelType({ name: 'principal' })
export class PrincipalDto {
  @EdmProperty(text('The name in the external system.'))
  externalName?: string | null;

  @EdmProperty(text('The id in the external system.'))
  externalId?: string | null;

  @EdmProperty(text('The display name in the directory.'))
  entraDisplayName?: string | null;

  @EdmProperty(text('The object id in the directory.'))
  entraId?: string | null;

  @EdmProperty(text('The address of the mailbox.'))
  email?: string | null;

  @EdmProperty(text('The user principal name.'))
  upn?: string | null;

  @EdmProperty(text('The tenant of the directory.'))
  tenantId?: string | null;
}

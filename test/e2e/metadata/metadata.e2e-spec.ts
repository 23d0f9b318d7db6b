import { beforeAll, describe, expect, it } from 'vitest';
import { serviceModel } from '../../support/contract.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { readXml, type XmlElement } from './xml.js';

const CONNECTORS = 'microsoft.graph.externalConnectors';

/** What only beta has (docs/contract/api.md#8), as far as it is implemented. */
const BETA_ALONE = [
  'EnumType contentExperienceType',
  'ComplexType complianceSettings',
  'EntityType connectionQuota',
  'externalConnection.Property complianceSettings',
  'externalConnection.Property enabledContentExperiences',
  'externalConnection.NavigationProperty quota',
];

/** A service model as a list of statements, each of which is true or not by itself. */
class ServiceModel {
  /** By what they are of: `EnumType label`, `label.Member title`. */
  readonly statements = new Map<string, string>();

  constructor(xml: string) {
    const root = readXml(xml);
    expect(root.name).toBe('edmx:Edmx');
    for (const schema of root.children.flatMap(({ children }) => children)) {
      for (const child of schema.children) this.read(child, '', schema.attributes.Namespace!);
    }
  }

  private read({ name, attributes, children }: XmlElement, owner: string, namespace: string): void {
    const { Name, Target, Term, ...rest } = attributes;
    const called = Name ?? Target ?? Term ?? '';
    const key = `${owner === '' ? '' : `${owner}.`}${name} ${called}`.trim();
    expect([...this.statements.keys()]).not.toContain(key);
    this.statements.set(
      key,
      JSON.stringify({ namespace, ...rest }, ['namespace', ...Object.keys(rest).toSorted()]),
    );
    for (const child of children) this.read(child, called === '' ? `${owner}${name}` : called, namespace);
  }

  get names(): string[] {
    return [...this.statements.keys()];
  }

  /** The members of an element, of a kind. */
  of(owner: string, kind: string): string[] {
    const prefix = `${owner}.${kind} `;
    return this.names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  /** The names of all types, as properties name them. */
  get types(): string[] {
    return [...this.statements].flatMap(([name, said]) => {
      const type = /^(?:EnumType|ComplexType|EntityType) (.*)/.exec(name)?.[1];
      if (type === undefined) return [];
      const { namespace } = JSON.parse(said) as { namespace: string };
      return [`${namespace === 'microsoft.graph' ? 'graph' : namespace}.${type}`];
    });
  }
}

describe.each(['beta', 'v1.0'])('the service model of %s', (version) => {
  const theirs = new ServiceModel(serviceModel(version));
  const server = useServer();
  let ours: ServiceModel;
  beforeAll(async () => {
    ours = new ServiceModel((await send(server, 'GET', `/${version}/$metadata`, { as: null })).text);
  });

  it('is well-formed XML, for everyone', async () => {
    for (const as of [null, 'no.valid.token', undefined]) {
      const answer = await send(server, 'GET', `/${version.toUpperCase()}/$Metadata/`, { as });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/xml');
      expect(answer.headers.get('odata-version')).toBe('4.0');
      expect(answer.text).toMatch(/^<\?xml version="1\.0" encoding="utf-8"\?>\n<edmx:Edmx Version="4\.0" /);
      expect(() => readXml(answer.text)).not.toThrow();
    }
  });

  it('says nothing that the contract says otherwise', () => {
    for (const [name, said] of ours.statements)
      expect(`${name}: ${said}`).toBe(`${name}: ${theirs.statements.get(name)}`);
  });

  it('leaves nothing out of the enumerations and complex types that it has', () => {
    const kinds = ours.names.flatMap((name) => /^(?:EnumType|ComplexType) (.*)/.exec(name)?.[1] ?? []);
    expect(kinds.length).toBeGreaterThan(10);
    for (const type of kinds) {
      for (const kind of ['Member', 'Property']) {
        expect(ours.of(type, kind), type).toEqual(theirs.of(type, kind));
      }
    }
  });

  it('field 6: declares the type of a principal, which an open type alone holds', () => {
    expect(ours.names).toContain('ComplexType principal');
    expect(ours.of('principal', 'Property')).toEqual(theirs.of('principal', 'Property'));
  });

  it('declares every type that it names, and each is used', () => {
    const named = [...ours.statements.values()].flatMap((said) => {
      const { Type, BaseType } = JSON.parse(said) as { Type?: string; BaseType?: string };
      return [Type, BaseType].flatMap((name) => name?.replace(/^Collection\((.*)\)$/, '$1') ?? []);
    });
    for (const name of named.filter((type) => !type.startsWith('Edm.'))) expect(ours.types).toContain(name);
    const derived = ours.types.filter((type) => /\.(itemIdResolver|principal)$/.test(type));
    for (const type of ours.types) expect([...named, ...derived]).toContain(type);
  });

  it('leads from the container to the connections', () => {
    expect(ours.statements.get('GraphService.Singleton external')).toContain(
      `"Type":"${CONNECTORS}.external"`,
    );
    expect(ours.of('external', 'NavigationProperty')).toEqual(['connections']);
    expect(ours.of('externalConnection', 'Property')).toEqual(
      expect.arrayContaining(['name', 'description', 'state', 'configuration', 'contentCategory']),
    );
    expect(ours.names).toContain(`Annotations ${CONNECTORS}.externalConnection/state`);
    expect(ours.statements.get('ComplexType configuration')).toContain('"OpenType":"true"');
  });

  it(`has what beta alone has, in beta alone`, () => {
    for (const name of BETA_ALONE) {
      expect(ours.names.includes(name), name).toBe(version === 'beta');
      expect(theirs.names.includes(name), name).toBe(version === 'beta');
    }
  });

  it.each([`/${version}`, `/${version}/`, `/${version.toUpperCase()}`, `/${version}?x=y`])(
    'is found from the service document, %s',
    async (path) => {
      const answer = await send(server, 'GET', path, { as: null });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json;odata\.metadata=minimal/);
      expect(answer.body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata`,
        value: [{ name: 'external', kind: 'Singleton', url: 'external' }],
      });
    },
  );

  // Needs the router to decode the dollar sign: `rewriteUrl` in src/app.ts.
  it('is found under %24metadata', async () => {
    const answer = await send(server, 'GET', `/${version}/%24metadata`, { as: null });
    expect(answer.headers.get('content-type')).toBe('application/xml');
  });

  it('is read and nothing else', async () => {
    for (const path of [`/${version}`, `/${version}/$metadata`]) {
      assertGraphError(await send(server, 'POST', path, { as: null }), { status: 405, code: 'BadRequest' });
      expect((await send(server, 'HEAD', path, { as: null })).status).toBe(200);
    }
  });
});

/** A connector as its author deploys it: it knows Microsoft Graph only, and signs in as the Azure libraries do. */
import { DefaultAzureCredential, EnvironmentCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';

const scopes = ['https://graph.microsoft.com/.default'];
const id = process.argv[2];

async function create(credential, suffix) {
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes });
  const client = Client.initWithMiddleware({ authProvider });
  const body = { id: id + suffix, name: 'Contoso HR', description: 'Connection to index Contoso HR system' };
  const created = await client.api('/external/connections').post(body);
  console.log(created['@odata.context'], created.id);
}

await create(new EnvironmentCredential(), '1');
await create(new DefaultAzureCredential(), '2');

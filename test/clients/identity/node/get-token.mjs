/**
 * Prints an access token that @azure/identity got with a client secret, or with a certificate where
 * AZURE_CLIENT_CERTIFICATE_PATH names one. The certificate of the authority is trusted by NODE_EXTRA_CA_CERTS.
 */
import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity';

const {
  AZURE_TENANT_ID: tenantId,
  AZURE_CLIENT_ID: clientId,
  AZURE_CLIENT_SECRET: clientSecret,
  AZURE_CLIENT_CERTIFICATE_PATH: certificatePath,
  AZURE_AUTHORITY_HOST: authorityHost,
} = process.env;
const options = { authorityHost, disableInstanceDiscovery: true };
const credential =
  certificatePath === undefined
    ? new ClientSecretCredential(tenantId, clientId, clientSecret, options)
    : new ClientCertificateCredential(tenantId, clientId, { certificatePath }, options);
const { token } = await credential.getToken('https://graph.microsoft.com/.default');
process.stdout.write(`${token}\n`);

"""Prints an access token that azure-identity got with a client secret. The certificate is trusted by REQUESTS_CA_BUNDLE."""

import os

from azure.identity import ClientSecretCredential

credential = ClientSecretCredential(
    os.environ["AZURE_TENANT_ID"],
    os.environ["AZURE_CLIENT_ID"],
    os.environ["AZURE_CLIENT_SECRET"],
    authority=os.environ["AZURE_AUTHORITY_HOST"],
    disable_instance_discovery=True,
)
print(credential.get_token("https://graph.microsoft.com/.default").token)

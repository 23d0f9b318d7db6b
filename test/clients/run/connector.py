"""A connector as its author deploys it: it knows Microsoft Graph only. Nothing but Python's own library."""
import json
import os
import sys
import urllib.parse
import urllib.request


def send(url, data, headers):
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:
        return json.load(answer)


form = {
    "grant_type": "client_credentials",
    "client_id": os.environ["AZURE_CLIENT_ID"],
    "client_secret": os.environ["AZURE_CLIENT_SECRET"],
    "scope": "https://graph.microsoft.com/.default",
}
token = send(
    f"https://login.microsoftonline.com/{os.environ['AZURE_TENANT_ID']}/oauth2/v2.0/token",
    urllib.parse.urlencode(form).encode(),
    {},
)["access_token"]
body = {"id": sys.argv[1], "name": "Contoso HR", "description": "Connection to index Contoso HR system"}
created = send(
    "https://graph.microsoft.com/v1.0/external/connections",
    json.dumps(body).encode(),
    {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
)
print(created["@odata.context"], created["id"])

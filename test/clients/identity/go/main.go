// Prints an access token that azidentity got with a client secret. The certificate is trusted by SSL_CERT_FILE.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func token() (string, error) {
	credential, err := azidentity.NewClientSecretCredential(
		os.Getenv("AZURE_TENANT_ID"),
		os.Getenv("AZURE_CLIENT_ID"),
		os.Getenv("AZURE_CLIENT_SECRET"),
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions: azcore.ClientOptions{
				Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: os.Getenv("AZURE_AUTHORITY_HOST")},
			},
			DisableInstanceDiscovery: true,
		},
	)
	if err != nil {
		return "", err
	}
	options := policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}}
	answer, err := credential.GetToken(context.Background(), options)
	return answer.Token, err
}

func main() {
	answer, err := token()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(answer)
}

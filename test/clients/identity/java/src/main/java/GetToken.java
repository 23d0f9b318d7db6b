import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.ClientSecretCredentialBuilder;

/** Prints an access token that azure-identity got with a client secret. The certificate is trusted by JAVA_TOOL_OPTIONS. */
public final class GetToken {
    public static void main(String[] arguments) {
        var credential = new ClientSecretCredentialBuilder()
            .tenantId(System.getenv("AZURE_TENANT_ID"))
            .clientId(System.getenv("AZURE_CLIENT_ID"))
            .clientSecret(System.getenv("AZURE_CLIENT_SECRET"))
            .authorityHost(System.getenv("AZURE_AUTHORITY_HOST"))
            .disableInstanceDiscovery()
            .build();
        var request = new TokenRequestContext().addScopes("https://graph.microsoft.com/.default");
        System.out.println(credential.getTokenSync(request).getToken());
        // Threads of the HTTP client would keep the program alive.
        System.exit(0);
    }
}

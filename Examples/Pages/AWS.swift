// swift-format-ignore-file
import LaminarAWS
import LaminarHTTP
import LaminarTesting

// What docs/aws.md shows.

func tokens(_ request: HTTPRequest) async throws {
    let client = try HTTPClient()
    let credentials = try AWSCredentialChain(region: "eu-west-1", transport: client)

    let token = try await MSKTokenSource(region: "eu-west-1", credentials: credentials).token()

    let signer = AWSRequestSigner(credentials: credentials)
    let signed = try await signer.sign(request, service: "glue", region: "eu-west-1")
    print(token, signed)
}

func surroundings(_ client: HTTPClient) async throws -> AWSCredentialChain {
    let moto = try await MotoFixture.start()
    let chain = try AWSCredentialChain(
        region: "eu-west-1", roleARN: moto.roleARN, transport: client,
        surroundings: AWSSurroundings(variables: [
            "AWS_ACCESS_KEY_ID": moto.accessKeyID, "AWS_SECRET_ACCESS_KEY": moto.secretAccessKey,
            "AWS_ENDPOINT_URL": moto.endpoint,
        ]))
    return chain
}

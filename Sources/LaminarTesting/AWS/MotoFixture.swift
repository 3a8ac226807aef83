/// AWS, as moto plays it, in a process of its own: STS, IAM, Glue's registry, an EC2 instance's metadata.
///
///     let moto = try await MotoFixture.start()
///     moto.endpoint                                     // http://127.0.0.1:43035
///     moto.accessKeyID; moto.secretAccessKey            // a user who may do everything
///     moto.roleARN                                      // a role that anybody in the account may assume
///
/// Signatures are checked by botocore, from the first request on, unless ``start(checkingSignatures:)`` says otherwise: moto
/// then also answers AssumeRoleWithWebIdentity, whose requests have none. moto is a package of Python's that `make
/// setup-peers` installs. It starts in two seconds on a port that the system chooses, and ends with this value.
public final class MotoFixture: Sendable {
    private let server: ExternalProcess
    /// Without a slash at its end.
    public let endpoint: String
    /// A user's key, known from the start.
    public let accessKeyID: String
    /// Of tests only.
    public let secretAccessKey: String
    /// The role's name is `laminar`; it may do everything.
    public let roleARN: String

    /// Starts a server.
    ///
    /// - Throws: ``FixtureError`` with code `unavailable` where Python's environment isn't there, `start` where moto isn't.
    public static func start(checkingSignatures: Bool = true) async throws -> MotoFixture {
        try await MotoFixture(checkingSignatures: checkingSignatures)
    }

    private init(checkingSignatures: Bool) async throws {
        server = try Peers.python(Self.script, [checkingSignatures ? "0" : "inf"])
        var facts: [String: String] = [:]
        while let line = try await server.nextLine(within: .seconds(60)), line != "ready" {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            if words.count == 2 { facts[words[0]] = words[1] }
        }
        guard let endpoint = facts["endpoint"], let id = facts["id"], let secret = facts["secret"],
            let role = facts["role"]
        else { throw FixtureError(code: .start, message: "moto did not start: \(server.errorsSoFar.suffix(600))") }
        self.endpoint = endpoint
        accessKeyID = id
        secretAccessKey = secret
        roleARN = role
    }

    /// What the server logged: a line for each request, for a failure's report.
    public var log: String { server.errorsSoFar }

    /// Ends the server. Doing it twice is harmless.
    public func stop() { server.kill() }

    /// The user and the role are made by boto3 before moto begins to check, which `INITIAL_NO_AUTH_ACTION_COUNT` decides.
    private static let script = """
        import json, os, sys, threading
        os.environ.pop("INITIAL_NO_AUTH_ACTION_COUNT", None)
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            os.environ.pop(name, None)
        import boto3
        from moto import settings
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
        from werkzeug.serving import make_server

        server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True,
                             request_handler=MotoRequestHandler)
        endpoint = f"http://127.0.0.1:{server.server_port}"
        os.environ["MOTO_PORT"] = str(server.server_port)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        iam = boto3.client("iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="setup",
                           aws_secret_access_key="setup")
        everything = json.dumps({"Version": "2012-10-17",
                                 "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
        trust = json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})
        iam.create_user(UserName="laminar")
        iam.put_user_policy(UserName="laminar", PolicyName="everything", PolicyDocument=everything)
        key = iam.create_access_key(UserName="laminar")["AccessKey"]
        role = iam.create_role(RoleName="laminar", AssumeRolePolicyDocument=trust)["Role"]
        iam.put_role_policy(RoleName="laminar", PolicyName="everything", PolicyDocument=everything)
        settings.INITIAL_NO_AUTH_ACTION_COUNT = float(sys.argv[1])
        print("endpoint", endpoint)
        print("id", key["AccessKeyId"])
        print("secret", key["SecretAccessKey"])
        print("role", role["Arn"])
        print("ready", flush=True)
        thread.join()
        """
}

import Testing

@testable import LaminarAWS

@Suite struct SharedFileTests {
    @Test("sections, settings, comments and white space are read as AWS's tools read them")
    func file() {
        let file = SharedFile(
            parsing: Array(
                """
                \u{feff}# a comment
                ignored = outside of a section
                [default]   ; a comment
                region=eu-west-1 # where we are
                ; another
                AWS_Access_Key_Id =  AKID
                secret = with#hash;and=equals
                empty =
                s3 =
                  region = nested
                  # a nested comment
                \tmax = 2
                after = s3

                [ profile   "two words" ]\r
                  region = indented
                not a setting
                = no name
                [profile broken
                region = lost
                [default]
                region = us-east-1
                """.utf8))
        #expect(
            file.sections == [
                "default": [
                    "region": "us-east-1", "aws_access_key_id": "AKID", "secret": "with#hash;and=equals", "empty": "",
                    "s3": "", "after": "s3",
                ],
                "profile two words": ["region": "indented"],
            ])
    }

    @Test(
        "whatever bytes are in a file, reading it ends",
        arguments: ["", "[", "]", "[]", "[ ]", "=", "[a]=", "[a]\n=\n ", "\u{feff}", "[a]\n#", "[a]\nb=#", "[a]\nb= #"])
    func odd(text: String) {
        _ = SharedFile(parsing: Array(text.utf8))
        _ = SharedFile(parsing: Array(text.utf8) + [0xff, 0x00])
    }

    @Test("the credentials file's settings count before the config file's; profiles need their prefix in the latter")
    func merged() {
        let profiles = SharedProfiles(
            config: SharedFile(
                parsing: Array(
                    """
                    [profile ci]
                    region = a
                    role_arn = r
                    [plain]
                    region = b
                    [profile default]
                    region = c
                    [default]
                    region = d
                    output = json
                    [sso-session ci]
                    region = e
                    """.utf8)),
            credentials: SharedFile(parsing: Array("[ci]\nregion = z\n[profile x]\na = b".utf8)))
        #expect(profiles.settings(of: "ci") == ["region": "z", "role_arn": "r"])
        #expect(profiles.settings(of: "plain") == nil)
        #expect(profiles.settings(of: "default") == ["region": "c", "output": "json"])
        #expect(profiles.settings(of: "x") == nil)
    }
}

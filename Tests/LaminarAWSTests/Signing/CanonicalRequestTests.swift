import Testing

@testable import LaminarAWS

@Suite struct CanonicalRequestTests {
    @Test(
        "paths lose dots and doubled slashes, and are encoded once more",
        arguments: [
            ("/", "/"), ("//", "/"), ("/./", "/"), ("/a/../..", "/"), ("/a/./b//c/", "/a/b/c/"), ("/a/b/..", "/a"),
            ("/schemas/a b", "/schemas/a%20b"), ("/a%20b", "/a%2520b"), ("/\u{1234}", "/%E1%88%B4"),
            ("/~user/-._", "/~user/-._"),
        ])
    func paths(path: String, canonical: String) {
        #expect(CanonicalRequest.canonicalPath(path) == canonical)
    }

    @Test(
        "queries are decoded, encoded AWS's way and sorted by bytes",
        arguments: [
            ("", ""), ("b=2&a=1", "a=1&b=2"), ("a=2&a=1&a=", "a=&a=1&a=2"), ("flag", "flag="), ("a=%7e", "a=~"),
            ("a=b/c=d", "a=b%2Fc%3Dd"), ("a=b%20c", "a=b%20c"), ("A=1&a=2&B=3", "A=1&B=3&a=2"), ("a=100%", "a=100%25"),
            ("a=%zz", "a=%25zz"), ("%41=1", "A=1"), ("&&a=1&", "a=1"), ("a=1&a-b=2&a.b=3", "a=1&a-b=2&a.b=3"),
        ])
    func queries(query: String, canonical: String) throws {
        let target = try RequestTarget(parsing: "https://host/?\(query)")
        #expect(CanonicalRequest.canonicalQuery(target.query) == canonical)
    }

    @Test("headers are lower-cased, sorted, trimmed, unfolded, and joined where a name comes twice")
    func headers() {
        let request = CanonicalRequest(
            method: "GET", path: "/", query: [],
            headers: [
                ("X-Amz-Two", "b"), ("Host", "h"), ("x-amz-two", " a  b \t c "), ("X-Amz-One", "first\r\n   second"),
            ], payloadHash: "hash")
        #expect(
            request.text
                == "GET\n/\n\nhost:h\nx-amz-one:first second\nx-amz-two:b,a b c\n\nhost;x-amz-one;x-amz-two\nhash")
    }

    @Test(
        "a URL is taken apart",
        arguments: [
            ("https://user:word@host:443", "host", "/"), ("http://host:80/a?b", "host", "/a"),
            ("http://host:443/a#b", "host:443", "/a"), ("HTTPS://[fd00:ec2::23]:8080/x", "[fd00:ec2::23]:8080", "/x"),
            ("https://host?a=b/c", "host", "/"),
        ])
    func urls(url: String, host: String, path: String) throws {
        let target = try RequestTarget(parsing: url)
        #expect(target.host == host)
        #expect(target.path == path)
    }

    @Test(
        "what isn't HTTP's is refused",
        arguments: [
            "", "host/path", "ftp://host/", "https://", "https:///a", "http://a b/", "http://é/", "http://host/\u{301}",
        ])
    func refused(url: String) {
        #expect(throws: AWSError.self) { try RequestTarget(parsing: url) }
    }
}

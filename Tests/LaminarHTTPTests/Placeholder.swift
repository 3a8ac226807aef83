import Testing

@testable import LaminarHTTP

@Suite struct LaminarHTTPTests {}

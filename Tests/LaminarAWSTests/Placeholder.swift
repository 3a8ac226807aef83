import Testing

@testable import LaminarAWS

@Suite struct LaminarAWSTests {}

import Testing

@testable import LaminarRegistry

@Suite struct LaminarRegistryTests {}

import LaminarKafka

/// Prints what came out, as any other reader sees it: committed transactions only.
func printOutput(of topic: String, at servers: String, upTo limit: Int) async throws {
    let shouts = try KafkaSource(
        KafkaSourceConfiguration(bootstrapServers: servers, subscription: .topics([topic])),
        decoding: .json(Shout.self), extent: .everything)
    var count = 0
    for try await shout in shouts {
        print(shout.id, shout.message)
        count += 1
        if count >= limit { break }
    }
}

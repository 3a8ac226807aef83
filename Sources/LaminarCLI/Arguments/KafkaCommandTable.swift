// The commands that begin with `kafka`.
extension Command {
    /// In the order of the help.
    static let kafka: [Command] = [listGroups, describeGroup, lag, topics, resetOffset]

    private static let connection = Flag(
        "--connection", value: "NAME", summary: "a connection of the catalog, which leads to the cluster")
    private static let group = Flag("--group", value: "GROUP", summary: "the consumer group")

    static let listGroups = Command(
        name: "kafka list-groups", summary: "List the consumer groups of a cluster", flags: [connection, .format],
        required: ["--connection"],
        discussion: [
            "Every group that this user may see, with its state, how it hands out partitions, its members and the "
                + "broker that keeps it."
        ],
        examples: [
            Example(line: "laminar kafka list-groups --connection shop", summary: "who reads from this cluster")
        ])

    static let describeGroup = Command(
        name: "kafka describe-group", summary: "Show a group's members, partitions, offsets and lag",
        flags: [connection, group, .format], required: ["--connection", "--group"],
        discussion: [
            "A row for each partition that a member has or that the group has committed, and for each member without "
                + "a partition."
        ],
        examples: [
            Example(
                line: "laminar kafka describe-group --connection shop --group billing",
                summary: "who reads what, and how far it is behind")
        ])

    static let lag = Command(
        name: "kafka lag", summary: "Show how far a group is behind, topic by topic",
        flags: [connection, group, Flag("--topic", value: "TOPIC", summary: "only this topic"), .format],
        required: ["--connection"],
        discussion: [
            """
            The records between the group's committed offsets and the ends of the partitions, and their sum on standard \
            error. Without --group it is the connection's own group. A partition that the group hasn't committed has no lag.
            """
        ],
        examples: [
            Example(line: "laminar kafka lag --connection shop", summary: "the connection's own group"),
            Example(
                line: "laminar kafka lag --connection shop --group billing --topic orders --format json",
                summary: "one topic, for other programs"),
        ])

    static let topics = Command(
        name: "kafka topics", summary: "List the topics of a cluster",
        flags: [connection, Flag("--internal", summary: "Kafka's own topics, too"), .format],
        required: ["--connection"],
        discussion: [
            "With their partitions, the replicas of each, and how many partitions lag behind in a replica or have no leader."
        ],
        examples: [Example(line: "laminar kafka topics --connection shop", summary: "what there is to read")])

    static let resetOffset = Command(
        name: "kafka reset-offset", summary: "Move a group's offsets",
        flags: [
            connection, group,
            Flag("--topic", value: "TOPIC", summary: "only this topic; else those of the connection"),
            Flag("--to-earliest", summary: "to the first record that is there"),
            Flag("--to-latest", summary: "to the end"),
            Flag(
                "--to-timestamp", value: "TIME",
                summary: "to the first record of that time or later: RFC 3339, or milliseconds since 1970"),
            Flag(
                "--to-offset", value: "P:O",
                summary: "to offsets by partition, such as 0:42,1:7; the others stay where they are"),
            Flag("--shift-by", value: "N", summary: "N records on, or back where N is below zero"),
            Flag("--reset-state", summary: "throw away the groups of GROUP BY pipelines over the connection"),
            Flag("--dry-run", summary: "change nothing, and print what would be changed"),
            .format,
        ],
        required: ["--connection", "--group"],
        discussion: [
            """
            Nobody may be reading in the group: who is there is named, and nothing is changed. A position before a \
            partition's beginning or past its end becomes that. Where it is the connection's own group, the \
            checkpoints in this catalog's database move along; those that a program keeps in a database of its own are \
            out of reach.
            """
        ],
        examples: [
            Example(
                line: "laminar kafka reset-offset --connection shop --group billing --to-earliest --dry-run",
                summary: "what would be read again"),
            Example(
                line:
                    "laminar kafka reset-offset --connection shop --group billing --to-timestamp 2026-01-01T00:00:00Z",
                summary: "from a day on"),
            Example(
                line: "laminar kafka reset-offset --connection shop --group billing --topic orders --to-offset 0:42",
                summary: "one partition, past a record that nobody can read"),
        ])
}

internal import LaminarCore

extension Laminar {
    /// How it is now: live, ready, and where each source stands.
    public var health: Health {
        Health(sources: observation.board?.sources ?? [], pipelines: pipelineStatuses, isShutDown: isShutDown)
    }

    /// The last assignments and losses of partitions of all sources that were opened here, oldest first.
    public var happenings: [SourceHappening] { observation.board?.happenings ?? [] }

    /// Its pipelines, for a status page.
    public var pipelineStatuses: [PipelineStatus] { observation.board?.pipelines ?? [] }

    /// Where a source of a table tells what it does.
    func observation(of table: String) -> Observation {
        var observation = observation
        observation.table = table
        return observation
    }

    /// Says who runs the pipelines. Held weakly.
    package func setPipelineStatusProvider(_ provider: any PipelineStatusProvider) {
        observation.board?.setPipelines(provider)
    }
}

extension KafkaSource {
    /// How it is now, for probes of a host that makes its sources in code.
    public var health: SourceHealth { engine.health }
}

extension CheckpointedSource {
    /// How it is now, for probes of a host that makes its sources in code.
    public var health: SourceHealth { engine.health }
}

extension KafkaTransform {
    /// How its source is now.
    public var health: SourceHealth { source.health }
}

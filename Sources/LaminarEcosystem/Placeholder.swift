// Adapters for packages of the Swift server ecosystem, one file a trait.

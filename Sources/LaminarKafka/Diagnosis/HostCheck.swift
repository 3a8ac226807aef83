#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Whether names are known and addresses answer, before any library of Kafka's is asked. Every call blocks.
enum HostCheck {
    /// An address as the system's resolver gave it.
    struct Address: Sendable {
        let family: Int32
        fileprivate let bytes: [UInt8]
    }

    private static var stream: Int32 {
        #if canImport(Glibc)
            Int32(SOCK_STREAM.rawValue)
        #else
            SOCK_STREAM
        #endif
    }

    /// Asks for the addresses of a name.
    ///
    /// - Returns: the addresses, or the resolver's words.
    static func resolve(_ broker: BrokerAddress) -> Result<[Address], Failure> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = stream
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(broker.host, String(broker.port), &hints, &first)
        guard code == 0 else { return .failure(Failure(words: String(cString: gai_strerror(code)))) }
        defer { freeaddrinfo(first) }
        var addresses: [Address] = []
        var next = first
        while let info = next {
            if let address = info.pointee.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(info.pointee.ai_addrlen))
                addresses.append(Address(family: info.pointee.ai_family, bytes: Array(bytes)))
            }
            next = info.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(Failure(words: "it has no address")) : .success(addresses)
    }

    /// Opens a connection and closes it.
    ///
    /// - Returns: nil where somebody answered, else the system's words.
    static func connect(_ address: Address, within bound: Duration) -> Failure? {
        let descriptor = socket(address.family, stream, 0)
        guard descriptor >= 0 else { return Failure(errno) }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let result = address.bytes.withUnsafeBytes { bytes -> Int32 in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            #if canImport(Darwin)
                return Darwin.connect(descriptor, start, socklen_t(bytes.count))
            #elseif canImport(Musl)
                return Musl.connect(descriptor, start, socklen_t(bytes.count))
            #else
                return Glibc.connect(descriptor, start, socklen_t(bytes.count))
            #endif
        }
        if result == 0 { return nil }
        guard errno == EINPROGRESS else { return Failure(errno) }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, bound.milliseconds) > 0 else {
            return Failure(words: "no answer for \(bound.components.seconds) s")
        }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return code == 0 ? nil : Failure(code)
    }

    /// The system's words.
    struct Failure: Error {
        let words: String
        init(words: String) { self.words = words }
        init(_ code: Int32) { words = String(cString: strerror(code)) }
    }
}

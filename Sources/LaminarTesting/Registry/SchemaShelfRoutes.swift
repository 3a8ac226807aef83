import Foundation

/// The paths of a fake registry.
extension SchemaShelf.Shelf {
    /// - Returns: JSON; nil where there is no such path.
    mutating func route(
        _ method: String, _ path: [String], _ query: Set<String>, _ body: [UInt8]
    ) throws(Refusal) -> String? {
        switch path.first {
        case "subjects": return try subjectRoute(method, Array(path.dropFirst()), query, body)
        case "schemas": return try schemaRoute(method, Array(path.dropFirst()), query)
        case "config": return try configRoute(method, Array(path.dropFirst()), query, body)
        case "mode":
            guard method == "GET" else { throw Self.notAllowed }
            return #"{"mode":"READWRITE"}"#
        case "compatibility": return try compatibilityRoute(method, Array(path.dropFirst()), body)
        default: return nil
        }
    }

    private static var notAllowed: Refusal { Refusal(status: 405, code: 405, message: "") }

    // MARK: /subjects

    private mutating func subjectRoute(
        _ method: String, _ path: [String], _ query: Set<String>, _ body: [UInt8]
    ) throws(Refusal) -> String? {
        let withDeleted = query.contains("deleted=true")
        guard let subject = path.first else {
            guard method == "GET" else { throw Self.notAllowed }
            let names = order.filter { name in subjects[name]?.contains { withDeleted || !$0.isDeleted } == true }
            return "[\(names.map(SchemaText.quoted).joined(separator: ","))]"
        }
        switch (method, path.count) {
        case ("POST", 1): return try lookUp(subject, body)
        case ("DELETE", 1): return try delete(subject, permanently: query.contains("permanent=true"))
        case ("POST", 2) where path[1] == "versions":
            return try #"{"id":\#(register(posted(body), subject))}"#
        case ("GET", 2) where path[1] == "versions":
            let entries = withDeleted ? subjects[subject] ?? [] : try live(subject)
            return "[\(entries.map { String($0.version) }.joined(separator: ","))]"
        case ("GET", 3) where path[1] == "versions":
            return try shown(subject, entry(subject, path[2], withDeleted: withDeleted))
        case ("DELETE", 3) where path[1] == "versions":
            return try delete(subject, path[2], permanently: query.contains("permanent=true"))
        case ("GET", 4) where path[1] == "versions" && path[3] == "schema":
            return try schema(entry(subject, path[2], withDeleted: false).id).text
        case ("GET", 4) where path[1] == "versions" && path[3] == "referencedby":
            let found = try entry(subject, path[2], withDeleted: false)
            return "[\(referring(to: subject, found.version).map(String.init).joined(separator: ","))]"
        default: return nil
        }
    }

    private func shown(_ subject: String, _ entry: SchemaShelf.Entry) throws(Refusal) -> String {
        let stored = try schema(entry.id)
        return "{\"subject\":\(SchemaText.quoted(subject)),\"version\":\(entry.version),\"id\":\(entry.id),"
            + Self.shown(stored, typeLast: true) + "}"
    }

    /// By id the references stand last, by subject the type does.
    private static func shown(_ stored: SchemaShelf.Stored, typeLast: Bool = false) -> String {
        let text = "\"schema\":\(SchemaText.quoted(stored.text))"
        let type = stored.type == "AVRO" ? "" : ",\"schemaType\":\"\(stored.type)\""
        guard !stored.references.isEmpty else { return text + type }
        let references = ",\"references\":\(listed(stored.references))"
        return text + (typeLast ? references + type : type + references)
    }

    private static func listed(_ references: [SchemaShelf.Reference]) -> String {
        let items = references.map {
            "{\"name\":\(SchemaText.quoted($0.name)),\"subject\":\(SchemaText.quoted($0.subject)),"
                + "\"version\":\($0.version)}"
        }
        return "[\(items.joined(separator: ","))]"
    }

    private func lookUp(_ subject: String, _ body: [UInt8]) throws(Refusal) -> String {
        let entries = try live(subject)
        var wanted = try posted(body)
        if wanted.type != "PROTOBUF", let text = SchemaText.canonical(wanted.text) { wanted.text = text }
        if case .stored(let text) = verdict(wanted, subject) { wanted.text = text }
        guard let found = entries.first(where: { schemas[$0.id - 1] == wanted }) else {
            throw Refusal(status: 404, code: 40403, message: "Schema not found")
        }
        return try shown(subject, found)
    }

    /// The schema of a request's body.
    private func posted(_ body: [UInt8]) throws(Refusal) -> SchemaShelf.Stored {
        guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
            throw Refusal(
                status: 422, code: 422,
                message: #"[{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error","input":{},"#
                    + #""ctx":{"error":"Expecting property name enclosed in double quotes"}}]"#)
        }
        guard let text = object["schema"] as? String else {
            throw Refusal(
                status: 422, code: 422,
                message: #"[{"type":"missing","loc":["body","schema"],"msg":"Field required","input":{}}]"#)
        }
        let type = object["schemaType"] as? String ?? "AVRO"
        guard ["AVRO", "JSON", "PROTOBUF"].contains(type) else {
            throw Refusal(
                status: 422, code: 422,
                message: #"[{"type":"enum","loc":["body","schemaType"],"msg":"Input should be 'AVRO', 'JSON' or "#
                    + #"'PROTOBUF'","input":\#(SchemaText.quoted(type)),"ctx":{"expected":"'AVRO', 'JSON' or 'PROTOBUF'"}}]"#
            )
        }
        let references = (object["references"] as? [[String: Any]] ?? []).map {
            SchemaShelf.Reference(
                name: $0["name"] as? String ?? "", subject: $0["subject"] as? String ?? "",
                version: $0["version"] as? Int ?? 0)
        }
        return SchemaShelf.Stored(text: text, type: type, references: references)
    }

    // MARK: Deleting

    /// Ids of the schemas that refer to a version.
    private func referring(to subject: String, _ version: Int) -> [Int] {
        schemas.indices.filter { index in
            schemas[index].references.contains { $0.subject == subject && $0.version == version }
        }.map { $0 + 1 }
    }

    private mutating func delete(
        _ subject: String, _ version: String, permanently: Bool
    ) throws(Refusal) -> String {
        let found = try entry(subject, version, withDeleted: true)
        let isLive = !found.isDeleted
        if !permanently, !isLive {
            throw Refusal(
                status: 404, code: 40406,
                message: "Subject '\(subject)' Version \(found.version) was soft deleted. Set permanent=true to delete "
                    + "permanently")
        }
        if permanently, isLive {
            throw Refusal(
                status: 404, code: 40407,
                message: "Subject '\(subject)' Version \(found.version) was not deleted first before being permanently "
                    + "deleted")
        }
        guard referring(to: subject, found.version).isEmpty else {
            throw Refusal(
                status: 422, code: 42206,
                message: "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=\(subject),"
                    + "version=\(found.version)}.")
        }
        if permanently {
            subjects[subject]?.removeAll { $0.version == found.version }
        } else if let index = subjects[subject]?.firstIndex(where: { $0.version == found.version }) {
            subjects[subject]?[index].isDeleted = true
        }
        return String(found.version)
    }

    private mutating func delete(_ subject: String, permanently: Bool) throws(Refusal) -> String {
        let entries = subjects[subject] ?? []
        guard !entries.isEmpty else {
            throw Refusal(status: 404, code: 40401, message: "Subject '\(subject)' not found.")
        }
        let live = entries.filter { !$0.isDeleted }
        if permanently {
            guard live.isEmpty else {
                throw Refusal(
                    status: 404, code: 40405,
                    message: "Subject '\(subject)' was not deleted first before being permanently deleted")
            }
            subjects[subject] = nil
            order.removeAll { $0 == subject }
            return "[\(entries.map { String($0.version) }.joined(separator: ","))]"
        }
        guard !live.isEmpty else {
            throw Refusal(
                status: 404, code: 40404,
                message: "Subject '\(subject)' was soft deleted.Set permanent=true to delete permanently")
        }
        for index in entries.indices { subjects[subject]?[index].isDeleted = true }
        return "[\(live.map { String($0.version) }.joined(separator: ","))]"
    }

    // MARK: /schemas

    private func schemaRoute(_ method: String, _ path: [String], _ query: Set<String>) throws(Refusal) -> String? {
        guard method == "GET" else { throw Self.notAllowed }
        guard !path.isEmpty else {
            let all = order.flatMap { subject in
                (subjects[subject] ?? []).filter { !$0.isDeleted }.map { entry in
                    let stored = schemas[entry.id - 1]
                    let references = stored.references.isEmpty ? "null" : Self.listed(stored.references)
                    return "{\"subject\":\(SchemaText.quoted(subject)),\"schema\":\(SchemaText.quoted(stored.text)),"
                        + "\"version\":\(entry.version),\"id\":\(entry.id),\"schemaType\":\"\(stored.type)\","
                        + "\"references\":\(references)}"
                }
            }
            return "[\(all.joined(separator: ","))]"
        }
        if path == ["types"] { return #"["JSON","AVRO","PROTOBUF"]"# }
        guard path[0] == "ids", path.count > 1 else { return nil }
        guard let id = Int(path[1]) else { throw Refusal(status: 404, code: 404, message: "HTTP 404 Not Found") }
        let stored = try schema(id)
        let places = order.flatMap { subject in
            (subjects[subject] ?? []).filter { $0.id == id && !$0.isDeleted }.map { (subject, $0.version) }
        }
        if path.count == 3, path[2] == "versions" {
            let shown = places.map { "{\"subject\":\(SchemaText.quoted($0.0)),\"version\":\($0.1)}" }
            return "[\(shown.joined(separator: ","))]"
        }
        guard path.count == 2 else { return nil }
        if query.contains("format=serialized"), stored.type == "PROTOBUF" {
            throw Refusal(status: 500, code: 500, message: "Internal Server Error")
        }
        var text = Self.shown(stored)
        if query.contains("fetchMaxId=true") { text += ",\"maxId\":\(schemas.count)" }
        if query.contains("includeSubjects=true") {
            text += ",\"subjects\":[\(places.map { SchemaText.quoted($0.0) }.joined(separator: ","))]"
        }
        return "{\(text)}"
    }

    // MARK: /config and /compatibility

    private mutating func configRoute(
        _ method: String, _ path: [String], _ query: Set<String>, _ body: [UInt8]
    ) throws(Refusal) -> String? {
        let subject = path.first
        switch method {
        case "GET":
            guard let subject else { return "{\"compatibilityLevel\":\"\(level)\"}" }
            if let own = levels[subject] { return "{\"compatibilityLevel\":\"\(own)\"}" }
            guard query.contains("defaultToGlobal=true") else {
                throw Refusal(
                    status: 404, code: 40408,
                    message: "Subject '\(subject)' does not have subject-level compatibility configured")
            }
            return "{\"compatibilityLevel\":\"\(level)\"}"
        case "PUT":
            let object = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]
            let wanted = object?["compatibility"] as? String ?? ""
            let levels = ["NONE", "BACKWARD", "FORWARD", "FULL"]
            guard (levels + levels.dropFirst().map { $0 + "_TRANSITIVE" }).contains(wanted) else {
                throw Refusal(
                    status: 422, code: 42203,
                    message: "Invalid compatibility level. Valid values are none, backward, forward, full, "
                        + "backward_transitive, forward_transitive, and full_transitive")
            }
            if let subject { self.levels[subject] = wanted } else { level = wanted }
            return "{\"compatibility\":\"\(wanted)\"}"
        case "DELETE":
            if let subject { levels[subject] = nil }
            return "{\"compatibility\":\"\(level)\"}"
        default: throw Self.notAllowed
        }
    }

    /// Whether a new Avro record's fields without a default are all in the old one.
    private func compatibilityRoute(_ method: String, _ path: [String], _ body: [UInt8]) throws(Refusal) -> String? {
        guard method == "POST", path.count == 4, path[0] == "subjects", path[2] == "versions" else { return nil }
        let old = try entry(path[1], path[3], withDeleted: false, unknownSubject: false)
        func fields(_ text: String) -> [(name: String, hasDefault: Bool)] {
            let object = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
            return (object?["fields"] as? [[String: Any]] ?? []).map {
                ($0["name"] as? String ?? "", $0.keys.contains("default"))
            }
        }
        let known = Set(try fields(schema(old.id).text).map(\.name))
        let missing = try fields(posted(body).text).filter { !$0.hasDefault && !known.contains($0.name) }
        guard let first = missing.first else { return #"{"is_compatible":true}"# }
        return "{\"is_compatible\":false,\"messages\":[\(SchemaText.quoted(first.name))]}"
    }
}

/// Which values are equal: numbers by what they are worth, strings by their characters, objects whatever their order.
///
/// - Note: JSON Schema, Core 2020-12, section 4.2.2.
extension JSONSchemaValidator {
    func isAmong(_ choices: JSONSchemaChoices, _ index: Int) -> Bool {
        switch document.nodes[index].kind {
        case .plain, .escaped:
            let text = bytes(index)
            guard let start = text.baseAddress else { return false }
            return choices.strings.find(start, text.count) != nil
        case .null, .yes, .no, .number, .array, .object:
            return choices.others.contains { equal($0, index) }
        }
    }

    private func equal(_ constant: JSONConstant, _ index: Int) -> Bool {
        steps -= 1
        if steps < 0 { return false }
        let node = document.nodes[index]
        switch (constant, node.kind) {
        case (.null, .null), (.boolean(true), .yes), (.boolean(false), .no): return true
        case (.number(let text), .number):
            steps -= text.count
            return text.withUnsafeBufferPointer { quantity(node).compare(JSONQuantity($0)) == 0 }
        case (.string(let text), .plain), (.string(let text), .escaped): return bytes(index).elementsEqual(text)
        case (.array(let elements), .array):
            guard elements.count == Int(node.count) else { return false }
            var element = index + 1
            for constant in elements {
                if !equal(constant, element) { return false }
                element = Int(document.nodes[element].next)
            }
            return true
        case (.object(let names, let values), .object):
            guard names.count == Int(node.count) else { return false }
            var key = index + 1
            for _ in 0..<names.count {
                let name = bytes(key)
                guard let start = name.baseAddress, let place = names.find(start, name.count),
                    equal(values[place], key + 1)
                else { return false }
                key = Int(document.nodes[key + 1].next)
            }
            return true
        default: return false
        }
    }

    // MARK: Within the payload

    /// `uniqueItems`: elements are compared only where their hashes are equal, which nobody can arrange.
    func hasEqualElements(_ array: Int, _ count: Int) -> Bool {
        var hashes: [(hash: Int, index: Int)] = []
        hashes.reserveCapacity(count)
        var element = array + 1
        for _ in 0..<count {
            hashes.append((hash(element), element))
            if steps < 0 { return false }
            element = Int(document.nodes[element].next)
        }
        hashes.sort { $0.hash < $1.hash }
        for place in 1..<count where hashes[place].hash == hashes[place - 1].hash {
            // One run of equal hashes is one value, but for a chance that nobody lives to see.
            if equal(hashes[place].index, hashes[place - 1].index) { return true }
        }
        return false
    }

    private func hash(_ index: Int) -> Int {
        steps -= 1
        if steps < 0 { return 0 }
        var hasher = Hasher()
        let node = document.nodes[index]
        switch node.kind {
        case .null, .yes, .no: hasher.combine(node.kind)
        case .number: quantity(node).hash(into: &hasher)
        case .plain, .escaped: hasher.combine(bytes: UnsafeRawBufferPointer(bytes(index)))
        case .array:
            hasher.combine(node.count)
            var element = index + 1
            for _ in 0..<Int(node.count) {
                hasher.combine(hash(element))
                element = Int(document.nodes[element].next)
            }
        case .object:
            // A sum, since the order doesn't count.
            var sum = 0
            var key = index + 1
            for _ in 0..<Int(node.count) {
                var member = Hasher()
                member.combine(bytes: UnsafeRawBufferPointer(bytes(key)))
                member.combine(hash(key + 1))
                sum &+= member.finalize()
                key = Int(document.nodes[key + 1].next)
            }
            hasher.combine(node.kind)
            hasher.combine(sum)
        }
        return hasher.finalize()
    }

    private func equal(_ left: Int, _ right: Int) -> Bool {
        steps -= 1
        if steps < 0 { return false }
        let first = document.nodes[left]
        let second = document.nodes[right]
        switch (first.kind, second.kind) {
        case (.null, .null), (.yes, .yes), (.no, .no): return true
        case (.number, .number): return quantity(first).compare(quantity(second)) == 0
        case (.plain, .plain), (.plain, .escaped), (.escaped, .plain), (.escaped, .escaped):
            return bytes(left).elementsEqual(bytes(right))
        case (.array, .array):
            guard first.count == second.count else { return false }
            var (one, other) = (left + 1, right + 1)
            for _ in 0..<Int(first.count) {
                if !equal(one, other) { return false }
                one = Int(document.nodes[one].next)
                other = Int(document.nodes[other].next)
            }
            return true
        case (.object, .object):
            guard first.count == second.count else { return false }
            var key = left + 1
            for _ in 0..<Int(first.count) {
                guard let value = member(right, bytes(key)), equal(key + 1, value) else { return false }
                key = Int(document.nodes[key + 1].next)
            }
            return true
        default: return false
        }
    }

    private func member(_ object: Int, _ name: UnsafeBufferPointer<UInt8>) -> Int? {
        var key = object + 1
        for _ in 0..<Int(document.nodes[object].count) {
            if bytes(key).elementsEqual(name) { return key + 1 }
            if steps < 0 { return nil }
            key = Int(document.nodes[key + 1].next)
        }
        return nil
    }
}
